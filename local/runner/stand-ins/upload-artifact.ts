import { relative } from "node:path";

import { searchFiles } from "./file-search.ts";
import type { StandIn, StandInCall } from "./stand-in.ts";

/** Keeps artifacts in a directory instead of GitHub's storage. */
export const uploadArtifact: StandIn = {
  action: "actions/upload-artifact",
  differs: "keeps files in a directory, without zip; retention and compression are ignored",
  inputs: {
    name: "artifact",
    path: "",
    "if-no-files-found": "warn",
    "retention-days": "",
    "compression-level": "6",
    overwrite: "false",
    "include-hidden-files": "false",
  },
  run: upload,
};

async function upload(call: StandInCall): Promise<void> {
  const { name = "", path = "" } = call.inputs;
  const hidden = call.inputs["include-hidden-files"] === "true";
  const { files, root } = searchFiles(path, call.workspace, hidden);
  if (files.length === 0) {
    reportNothing(call, path);
    return;
  }
  if (call.artifacts.has(call.runId, name)) {
    if (call.inputs["overwrite"] !== "true") {
      throw new Error(
        "Failed to CreateArtifact: Received non-retryable error: Failed request: (409) Conflict: an artifact with this name already exists on the workflow run",
      );
    }
    await call.artifacts.remove(call.runId, name);
  }
  const stored = await call.artifacts.store(
    call.runId,
    name,
    root,
    files.map((file) => relative(root, file)),
  );
  call.setOutput("artifact-id", String(stored.id));
  call.setOutput("artifact-digest", stored.digest);
  call.log(`Artifact ${name} has been successfully uploaded: ${files.length} file(s).`);
}

function reportNothing(call: StandInCall, path: string): void {
  const message = `No files were found with the provided path: ${path}. No artifacts will be uploaded.`;
  const reaction = call.inputs["if-no-files-found"];
  if (reaction === "error") {
    throw new Error(message);
  }
  if (reaction === "ignore") {
    call.log(message);
  } else {
    call.warn(message);
  }
}
