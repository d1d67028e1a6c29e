/** Tests: a runtime with a server over a log in a temporary file, and ways to ask it. */
import { mkdtempSync, rmSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  agent,
  approval,
  createRuntime,
  sequential,
  sqliteEngine,
  type Pattern,
  type Runtime,
} from "@reeve/core";
import { createToken, startServer, type ReeveServer, type Scope, type ServerOptions } from "../index.ts";
import { createClient, type Client } from "../client.ts";

const copy = agent("copy", {
  run: (input: unknown) => {
    if (typeof input === "object" && input !== null && "fail" in input) throw new Error(String(input.fail));
    return { copied: input };
  },
});
const copying = sequential("copying", { steps: [copy] });
const guarded = sequential("guarded", { steps: [approval("release"), copy] });

/** `copying` fails when its input has a `fail`; `guarded` waits for `release` first. */
export const patterns: readonly Pattern[] = [copying, guarded];

export interface Served extends AsyncDisposable {
  readonly runtime: Runtime;
  readonly server: ReeveServer;
  readonly file: string;
  /** Made before the server started. */
  token(scope: Scope): string;
  client(scope: Scope): Client;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answered>;
  ask(method: string, path: string, options: Asking): Promise<Answered>;
}

export interface Asking {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
  readonly json: unknown;
}

/** Both are closed and the file is gone when it is disposed of. */
export async function served(options: ServerOptions = {}): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), "reeve-server-"));
  const file = join(folder, "log.db");
  const runtime = await createRuntime({ patterns, engine: sqliteEngine(file) });
  const tokens = {
    read: createToken(file, { name: "reader", scope: "read" }),
    operate: createToken(file, { name: "operator", scope: "operate" }),
  };
  const server = await startServer(runtime, { port: 0, ...options });
  const ask: Served["ask"] = (method, path, asking) => send(server.url, method, path, asking);
  return {
    runtime,
    server,
    file,
    token: (scope) => tokens[scope],
    client: (scope) => createClient({ url: server.url, token: tokens[scope] }),
    get: (path, headers = {}) => ask("GET", path, { headers }),
    ask,
    [Symbol.asyncDispose]: async () => {
      await server.close();
      await runtime.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** As `fetch`, which lets nobody set Host and Origin. */
export function send(
  url: string,
  method: string,
  path: string,
  { headers, body }: Asking,
): Promise<Answered> {
  const { promise, resolve, reject } = Promise.withResolvers<Answered>();
  const request = httpRequest(
    new URL(path, url),
    { method, headers: { ...headers }, agent: false },
    (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(parts).toString("utf8");
        const { statusCode = 0, headers } = response;
        resolve({ status: statusCode, headers, text, json: jsonIn(text) });
      });
    },
  );
  request.on("error", reject);
  request.end(body);
  return promise;
}

function jsonIn(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    // ignore: pages are no JSON; tests look at their text
    return undefined;
  }
}
