import type { StandIn, StandInCall } from "./stand-in.ts";

/** Installs nothing: the machine's own Node is used. */
export const setupNode: StandIn = {
  action: "actions/setup-node",
  differs: "installs nothing, the Node on PATH is used whatever version was asked for",
  inputs: {
    "node-version": "",
    "node-version-file": "",
    cache: "",
    "cache-dependency-path": "",
    "check-latest": "false",
    "package-manager-cache": "true",
  },
  run: keepNode,
};

async function keepNode(call: StandInCall): Promise<void> {
  const asked = call.inputs["node-version"] || call.inputs["node-version-file"] || "any";
  call.setOutput("node-version", process.version);
  call.log(`Offline: Node ${asked} was asked for; the Node on PATH is used.`);
  return Promise.resolve();
}
