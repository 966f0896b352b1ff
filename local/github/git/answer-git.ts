import { may, viewerOf, type Viewer } from "../domain/access.ts";
import { fullName } from "../domain/hub.ts";
import { followBranches } from "../domain/pull-requests.ts";
import { type Repository } from "../domain/state.ts";
import { tokenOf } from "../http/credentials.ts";
import { type Exchange, sendReply } from "../http/exchange.ts";
import type { Site } from "../http/site.ts";
import { serveGit } from "./http-backend.ts";

const GIT_PATH = /^\/([^/]+)\/([^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/;
const CHALLENGE = { "www-authenticate": 'Basic realm="GitHub"', "content-type": "text/plain" };

/** Whether the path belongs to git's smart HTTP protocol. */
export function isGitPath(path: string): boolean {
  return GIT_PATH.test(path);
}

/** Serves a clone, fetch or push after the same permission checks as GitHub's. */
export async function answerGit(site: Site, exchange: Exchange): Promise<void> {
  const [, owner = "", name = "", endpoint = ""] = GIT_PATH.exec(exchange.path) ?? [];
  const service = endpoint === "info/refs" ? exchange.query.get("service") : endpoint;
  const token = tokenOf(exchange.headers.authorization);
  const known = token === undefined ? undefined : viewerOf(site.hub, token);
  const viewer: Viewer = known ?? { kind: "anonymous" };
  count(site, viewer, endpoint, service ?? "");
  const fault = site.faults.take(exchange, undefined);
  if (fault !== undefined) {
    sendReply(exchange, fault);
    return;
  }
  const repository = site.hub.repository(owner, name);
  const pushes = service === "git-receive-pack";
  const refusal = refuse(viewer, repository, { pushes, badToken: token !== undefined && !known });
  if (refusal !== undefined || repository === undefined) {
    const { status, text } = refusal ?? { status: 404, text: "Repository not found." };
    const headers = status === 401 ? CHALLENGE : { "content-type": "text/plain" };
    sendReply(exchange, { status, body: text, headers });
    return;
  }
  const isPush = endpoint === "git-receive-pack";
  const handled = await site.halts.pass(site.hub, viewer, `git ${endpoint}`, isPush);
  await serveGit(exchange.request, exchange.response, {
    root: site.hub.git.root,
    path: `/${fullName(repository)}.git/${endpoint}`,
    query: exchange.query.toString(),
    user: known?.user.login,
    settle: async () => {
      if (isPush && known !== undefined) {
        await followBranches(site.hub, known, repository);
      }
      await handled();
    },
  });
}

function count(site: Site, viewer: Viewer, endpoint: string, service: string): void {
  site.meter.count(viewer, "git", `git ${endpoint} ${service}`);
  if (endpoint === "info/refs") {
    site.meter.count(viewer, "gitOperations");
  }
}

interface Refusal {
  readonly status: number;
  readonly text: string;
}

function refuse(
  viewer: Viewer,
  repository: Repository | undefined,
  asked: { readonly pushes: boolean; readonly badToken: boolean },
): Refusal | undefined {
  if (asked.badToken) {
    return { status: 401, text: "Invalid username or token." };
  }
  const reads = repository !== undefined && may(viewer, repository, "read contents");
  if (viewer.kind === "anonymous" && (asked.pushes || !reads)) {
    return { status: 401, text: "Repository not found." };
  }
  if (repository === undefined || !reads) {
    return { status: 404, text: "Repository not found." };
  }
  if (asked.pushes && !may(viewer, repository, "write contents")) {
    return { status: 403, text: "Write access to repository not granted." };
  }
  return undefined;
}
