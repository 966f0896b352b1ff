import * as v from "valibot";

/** Somebody who works on GitHub through its REST API, with a token of their own. */
export class Person {
  readonly login: string;
  readonly #apiUrl: string;
  readonly token: string;

  constructor(apiUrl: string, login: string, token: string) {
    this.#apiUrl = apiUrl;
    this.login = login;
    this.token = token;
  }

  /** Sends a request and reads the answer with the schema; any status but 2xx throws. */
  async request<T>(
    method: string,
    path: string,
    schema: v.GenericSchema<unknown, T>,
    body?: unknown,
  ): Promise<T> {
    const answer = await this.tryRequest(method, path, schema, body);
    if (!answer.ok) {
      throw new Error(
        `${this.login}: ${method} ${path} was answered ${answer.status}: ${answer.text}`,
      );
    }
    return answer.value;
  }

  /** Like `request`, but hands a refusal back. */
  async tryRequest<T>(
    method: string,
    path: string,
    schema: v.GenericSchema<unknown, T>,
    body?: unknown,
  ): Promise<
    | { readonly ok: true; readonly value: T }
    | { readonly ok: false; readonly status: number; readonly text: string }
  > {
    const response = await fetch(`${this.#apiUrl}${path}`, {
      method,
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${this.token}`,
        "user-agent": "water-spider-rehearsal",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) {
      return { ok: false, status: response.status, text };
    }
    return { ok: true, value: v.parse(schema, text === "" ? undefined : JSON.parse(text)) };
  }

  /** Every item of a list, page by page. */
  async list<T>(path: string, schema: v.GenericSchema<unknown, T>): Promise<readonly T[]> {
    const items: T[] = [];
    for (let page = 1; ; page += 1) {
      const separator = path.includes("?") ? "&" : "?";
      const url = `${path}${separator}per_page=${PAGE_SIZE}&page=${page}`;
      const answer = await this.request("GET", url, v.array(schema));
      items.push(...answer);
      if (answer.length < PAGE_SIZE) {
        return items;
      }
    }
  }

  /** What git needs to act as this person. */
  gitHeader(): string {
    const credential = Buffer.from(`x-access-token:${this.token}`).toString("base64");
    return `Authorization: Basic ${credential}`;
  }
}

const PAGE_SIZE = 100;
