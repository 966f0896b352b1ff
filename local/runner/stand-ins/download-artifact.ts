import { join, resolve } from "node:path";

import picomatch from "picomatch";

import type { StandIn, StandInCall } from "./stand-in.ts";

/** Copies artifacts of the same run back. */
export const downloadArtifact: StandIn = {
  action: "actions/download-artifact",
  differs: "reads artifacts of the same run only",
  inputs: { name: "", path: "", pattern: "", "merge-multiple": "false" },
  run: download,
};

async function download(call: StandInCall): Promise<void> {
  const { name = "", path = "", pattern = "" } = call.inputs;
  const target = resolve(call.workspace, path);
  if (name !== "") {
    if (!call.artifacts.has(call.runId, name)) {
      throw new Error(
        `Unable to download artifact(s): Artifact not found for name: ${name}. Please ensure that your artifact is not expired and the artifact was uploaded using a compatible version of toolkit/upload-artifact.`,
      );
    }
    await call.artifacts.copyTo(call.runId, name, target);
  } else {
    const matches = pattern === "" ? () => true : picomatch(pattern);
    const merged = call.inputs["merge-multiple"] === "true";
    for (const found of call.artifacts.list(call.runId).filter((item) => matches(item))) {
      const directory = merged ? target : join(target, found);
      await call.artifacts.copyTo(call.runId, found, directory);
    }
  }
  call.setOutput("download-path", target);
  call.log(`Download artifact has finished successfully: ${target}`);
}
