import { checkout } from "./checkout.ts";
import { downloadArtifact } from "./download-artifact.ts";
import { setupNode } from "./setup-node.ts";
import type { StandIn } from "./stand-in.ts";
import { uploadArtifact } from "./upload-artifact.ts";

/** Every third-party action that the engine knows; the rehearsal prints this list. */
export const STAND_INS: readonly StandIn[] = [
  checkout,
  setupNode,
  uploadArtifact,
  downloadArtifact,
];

/** Returns the stand-in for `owner/repository`, or `undefined` when it must be fetched. */
export function standInFor(repository: string): StandIn | undefined {
  return STAND_INS.find((standIn) => standIn.action === repository.toLowerCase());
}
