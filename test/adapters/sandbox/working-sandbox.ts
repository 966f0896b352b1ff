import { findSandbox } from "../../../src/adapters/sandbox/find-sandbox.ts";

/** Whether this machine has bubblewrap and lets it work: tests that need it run where it does. */
export const hasBubblewrap = (await findSandbox(process.env["PATH"] ?? "")).kind === "bubblewrap";
