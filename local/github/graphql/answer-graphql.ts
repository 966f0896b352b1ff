import {
  execute,
  getOperationAST,
  GraphQLError,
  type OperationDefinitionNode,
  OperationTypeNode,
} from "graphql";

import { type Actor, viewerOf } from "../domain/access.ts";
import { budgetHeaders, readBudget, spend } from "../http/budget.ts";
import { tokenOf } from "../http/credentials.ts";
import { type Exchange, readBody, type Reply } from "../http/exchange.ts";
import type { Site } from "../http/site.ts";
import { type Fields, fieldsIn, textIn } from "../untyped.ts";
import { costOf } from "./cost.ts";
import { mutationSource } from "./mutation-source.ts";
import { querySource } from "./query-source.ts";
import { checkDocument, githubSchema } from "./schema.ts";
import { type Context, resolveField, type Source, wireError, type WireError } from "./source.ts";

const MAX_NODES = 500_000;

interface GraphqlRequest {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Fields;
}

/** Answers one GraphQL request: HTTP 200 with `errors` for nearly everything that goes wrong. */
export async function answerGraphql(site: Site, exchange: Exchange): Promise<Reply> {
  const viewer = viewerOf(site.hub, tokenOf(exchange.headers.authorization) ?? "");
  const text = await readBody(exchange);
  const reply = await answer(site, exchange, viewer, text);
  const budget = readBudget(site.hub, viewer ?? { kind: "anonymous" }, "graphql");
  return { ...reply, headers: { ...budgetHeaders(budget), ...reply.headers } };
}

async function answer(
  site: Site,
  exchange: Exchange,
  viewer: Actor | undefined,
  text: string,
): Promise<Reply> {
  const request = parseRequest(text);
  if (request === undefined) {
    return { status: 400, body: { message: "Problems parsing JSON" } };
  }
  let checked;
  try {
    checked = checkDocument(request.query);
  } catch (error) {
    return failure(
      error instanceof GraphQLError ? [wireError(error)] : [{ message: String(error) }],
    );
  }
  const operation = getOperationAST(checked.document, request.operationName) ?? undefined;
  const fault = site.faults.take(exchange, operation?.name?.value);
  if (fault !== undefined) {
    return fault;
  }
  if (viewer === undefined) {
    return { status: 401, body: { message: "Bad credentials", status: "401" } };
  }
  site.meter.count(viewer, "graphql", operationKey(operation));
  if (checked.errors.length > 0) {
    return failure(checked.errors.map(wireError));
  }
  if (operation === undefined) {
    return failure([{ message: "An operation name is required" }]);
  }
  const cost = costOf(checked.document, request.operationName, request.variables);
  if (cost.nodes > MAX_NODES) {
    const message = `This query requests up to ${cost.nodes} possible nodes which exceeds the maximum limit of ${MAX_NODES}.`;
    return failure([{ type: "MAX_NODE_LIMIT_EXCEEDED", message }]);
  }
  if (!spend(site.hub, viewer, "graphql", cost.points)) {
    return failure([{ type: "RATE_LIMITED", message: "API rate limit exceeded" }]);
  }
  const context: Context = { hub: site.hub, viewer, cost };
  const isWrite = operation.operation === OperationTypeNode.MUTATION;
  const handled = await site.halts.pass(site.hub, viewer, operationKey(operation), isWrite);
  const result = await execute({
    schema: githubSchema(),
    document: checked.document,
    rootValue: rootOf(site, context, viewer, operation),
    contextValue: context,
    variableValues: request.variables,
    operationName: request.operationName ?? null,
    fieldResolver: resolveField,
    typeResolver: typeNameOf,
  });
  const errors = (result.errors ?? []).map(wireError);
  for (const error of errors.filter((it) => it.type === "NOT_EMULATED")) {
    site.meter.refuse(error.message);
  }
  reportBugs(result.errors ?? []);
  await handled();
  const body = { data: result.data ?? null, ...(errors.length === 0 ? {} : { errors }) };
  return { status: 200, body };
}

function rootOf(
  site: Site,
  context: Context,
  viewer: Actor,
  operation: OperationDefinitionNode,
): Source {
  return operation.operation === OperationTypeNode.MUTATION
    ? mutationSource(context, viewer, () => site.meter.count(viewer, "contentCreating"))
    : querySource(context);
}

function typeNameOf(source: unknown): string | undefined {
  return textIn(fieldsIn(source)["__typename"]);
}

function parseRequest(text: string): GraphqlRequest | undefined {
  try {
    const body = fieldsIn(JSON.parse(text));
    return {
      query: textIn(body["query"]) ?? "",
      operationName: textIn(body["operationName"]),
      variables: fieldsIn(body["variables"]),
    };
  } catch {
    return undefined;
  }
}

function operationKey(operation: OperationDefinitionNode | undefined): string {
  return `${operation?.operation ?? "query"} ${operation?.name?.value ?? "(anonymous)"}`;
}

function failure(errors: readonly WireError[]): Reply {
  return { status: 200, body: { errors } };
}

/** A resolver that throws anything but a refusal is a bug of ours: it must be seen. */
function reportBugs(errors: readonly GraphQLError[]): void {
  for (const { originalError: cause } of errors) {
    if (cause instanceof TypeError || cause instanceof RangeError) {
      process.stderr.write(`embedded GitHub: GraphQL: ${cause.stack ?? cause.message}\n`);
    }
  }
}
