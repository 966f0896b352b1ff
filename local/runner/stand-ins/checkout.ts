import { rm } from "node:fs/promises";
import { join, relative, resolve } from "node:path";

import { authorizationHeader, git } from "../git.ts";
import type { StandIn, StandInCall } from "./stand-in.ts";

/** Checks a repository out with git over HTTP, as the real one does. */
export const checkout: StandIn = {
  action: "actions/checkout",
  differs: "always starts from an empty directory; submodules, LFS and sparse checkout are refused",
  inputs: {
    repository: "",
    ref: "",
    token: "",
    path: ".",
    clean: "true",
    "fetch-depth": "1",
    "fetch-tags": "false",
    filter: "",
    "persist-credentials": "true",
  },
  run: checkOut,
};

async function checkOut(call: StandInCall): Promise<void> {
  const { inputs, workspace } = call;
  const repository = inputs["repository"] || call.repository;
  const directory = resolve(workspace, inputs["path"] ?? ".");
  if (relative(workspace, directory).startsWith("..")) {
    throw new Error(`Repository path '${directory}' is not under '${workspace}'`);
  }
  const own = repository === call.repository;
  const target = inputs["ref"] || (own ? call.sha : "HEAD");
  const token = inputs["token"] || call.token;
  const options = { directory, token };

  await rm(join(directory, ".git"), { recursive: true, force: true });
  await git(["init", "--quiet", directory]);
  await git(["remote", "add", "origin", call.gitUrl(repository)], options);
  const sha = await fetchTarget(call, repository, target, options);
  await git(["clean", "-ffdxq"], options);
  const branch = branchName(inputs["ref"] || (own ? call.ref : ""), target);
  await git(["checkout", "--quiet", "--force", ...branch, sha], options);
  if (inputs["persist-credentials"] === "true") {
    const key = `http.${new URL(call.gitUrl(repository)).origin}/.extraheader`;
    await git(["config", "--local", key, authorizationHeader(token)], options);
  }
  call.setOutput("ref", inputs["ref"] || call.ref);
  call.setOutput("commit", sha);
  call.log(`Checked out ${repository} at ${sha}.`);
}

/** A branch is checked out by its name, anything else detached. */
function branchName(ref: string, target: string): readonly string[] {
  const branch = ref.startsWith("refs/heads/") ? ref.slice("refs/heads/".length) : undefined;
  const plain = ref === target && !/^[0-9a-f]{40}$|^refs\/|^HEAD$/.test(ref) ? ref : undefined;
  const name = branch ?? plain;
  return name === undefined ? ["--detach"] : ["-B", name];
}

async function fetchTarget(
  call: StandInCall,
  repository: string,
  target: string,
  options: { readonly directory: string; readonly token: string },
): Promise<string> {
  const depth = call.inputs["fetch-depth"] ?? "1";
  const flags = [
    ...(depth === "0" ? [] : [`--depth=${depth}`]),
    ...(call.inputs["fetch-tags"] === "true" ? ["--tags"] : ["--no-tags"]),
    ...(call.inputs["filter"] ? [`--filter=${call.inputs["filter"]}`] : []),
  ];
  const everything = ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"];
  const url = call.gitUrl(repository);
  if (depth === "0") {
    await git(["fetch", "--quiet", url, ...everything], options);
  }
  await git(["fetch", "--quiet", ...flags, url, target], options);
  return git(["rev-parse", "FETCH_HEAD^{commit}"], options);
}
