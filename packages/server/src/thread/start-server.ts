/** Starts the server of a runtime: on a thread of its own where the log is a file, else beside the runtime. */
import { readFileSync } from "node:fs";
import type { Runtime } from "@reeve/core";
import { ReeveError } from "@reeve/core";
import { isWritableBeside, keptAccessOf } from "../access/access-file.ts";
import { doorFileOf } from "../access/door-file.ts";
import { boardFold } from "../board/board-fold.ts";
import { openHistory } from "../history/open-history.ts";
import { reportOf } from "../health/open-health.ts";
import type { ServingOptions } from "../http/serve.ts";
import { openAlerts } from "../http/alert-views.ts";
import { openCourses } from "../http/courses.ts";
import { openLearned } from "../http/learned-views.ts";
import { SITE_FOLDER } from "../http/site.ts";
import { ServerThread } from "./server-thread.ts";

export interface ServerOptions {
  /** 0: a free one. @default 7733 */
  readonly port?: number;
  /** The address to listen on. Beyond this machine it takes `tls` or `insecure`. @default "127.0.0.1" */
  readonly host?: string;
  /** Further names under which the server is asked for, such as that of a proxy. @default none */
  readonly allowHosts?: readonly string[];
  /** Files with a certificate and its key, as PEM. @default no encryption */
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
  /** Take credentials over networks without encryption. @default false */
  readonly insecure?: boolean;
  /** Answer questions, and do nothing. @default false */
  readonly readOnly?: boolean;
  /** How long a request may take to arrive, in milliseconds, 100 or more. @default 20_000 */
  readonly requestMsMax?: number;
  /** Told what went wrong in the server. @default a process warning */
  readonly report?: (problem: { readonly what: string; readonly error: unknown }) => void;
}

export interface ReeveServer extends AsyncDisposable {
  /** Such as "http://127.0.0.1:7733". */
  readonly url: string;
  /** A link that signs in the one who opens it first, for ten minutes. */
  link(): Promise<string>;
  /** Something went wrong beside the runs: shown until it is old. For what `createRuntime({ report })` is told. */
  report(problem: { readonly what: string; readonly error: unknown }): void;
  /** The runtime is about to close: shown, while what runs ends. */
  closing(): void;
  close(): Promise<void>;
}

const PORT = 7733;
const REQUEST_MS_MAX = 20_000;
const REQUEST_MS_LEAST = 100;
const PORT_MAX = 65_535;
/** A name or an address, with a port or without. */
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/**
 * Serves the HTTP API, the event stream and the dashboard of a runtime. Closing the runtime first lets the pages show it.
 *
 * A log in a file is read on a thread of its own, so that a runtime that is blocked is shown as such. One in memory
 * can be read by its runtime only: then the server answers as long as the runtime does.
 * @throws ReeveError `option-invalid`, `access-invalid`
 */
export async function startServer(runtime: Runtime, options: ServerOptions = {}): Promise<ReeveServer> {
  const serving = servingOf(runtime, options);
  const { file, role } = runtime.engine;
  // Kept by the owner, whose checkpoints spare the server reading the whole log at its next start.
  if (role === "owner") {
    const { engine } = runtime;
    await Promise.all([
      engine.fold(boardFold),
      openCourses(engine),
      openLearned(engine),
      openAlerts(runtime),
      openHistory(engine),
    ]);
  }
  const report = options.report ?? warn;
  const told = (what: string, message: string): void => report({ what, error: new Error(message) });
  const readOnly = options.readOnly ?? false;
  const running =
    file === undefined
      ? // What answers requests takes 20 MB, which a process whose server has a thread of its own need not hold twice.
        await (await import("./serve-beside.ts")).serveBeside(runtime, { readOnly, serving, told })
      : new ServerThread(runtime, { file, readOnly, serving, told });
  const url = await running.listening();
  const close = once(() => running.close());
  return {
    url,
    link: async () => `${url}/sign-in#${await running.ticket()}`,
    report: (problem) => running.report(reportOf(problem, Date.now())),
    closing: () => running.closing(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function servingOf(runtime: Runtime, options: ServerOptions): ServingOptions {
  const { port = PORT, requestMsMax = REQUEST_MS_MAX } = options;
  if (!Number.isInteger(port) || port < 0 || port > PORT_MAX) {
    throw new ReeveError("option-invalid", `startServer: port is ${String(port)}`, {
      hint: `use a whole number from 0 to ${PORT_MAX}; 0 takes a free one`,
    });
  }
  if (!(requestMsMax >= REQUEST_MS_LEAST)) {
    throw new ReeveError("option-invalid", `startServer: requestMsMax is ${String(requestMsMax)}`, {
      hint: `use milliseconds, ${REQUEST_MS_LEAST} or more`,
    });
  }
  for (const name of options.allowHosts ?? []) {
    if (HOST.test(name)) continue;
    throw new ReeveError("option-invalid", `startServer: allowHosts has '${name}'`, {
      hint: "name a host as browsers send it, such as reeve.example or reeve.example:8443, without https://",
    });
  }
  const { file } = runtime.engine;
  return {
    port,
    host: options.host ?? "127.0.0.1",
    allowHosts: options.allowHosts ?? [],
    insecure: options.insecure ?? false,
    tls: options.tls,
    accessFile: file === undefined ? undefined : keptAccessOf(file),
    doorFile: file === undefined || !isWritableBeside(file) ? undefined : doorFileOf(file),
    siteFolder: SITE_FOLDER,
    version: versionOf(),
    requestMsMax,
  };
}

function versionOf(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  const isManifest = typeof manifest === "object" && manifest !== null && "version" in manifest;
  return isManifest ? String(manifest.version) : "unknown";
}

function once(close: () => Promise<void>): () => Promise<void> {
  let closing: Promise<void> | undefined;
  return () => (closing ??= close());
}

function warn({ what, error }: { readonly what: string; readonly error: unknown }): void {
  process.emitWarning(`${what}: ${error instanceof Error ? error.message : String(error)}`, "ReeveWarning");
}
