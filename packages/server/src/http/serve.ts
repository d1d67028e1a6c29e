/** Opens the server: listens, within limits that hold off who opens connections and sends nothing. */
import { readFileSync } from "node:fs";
import { createServer as createHttpServer, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { ReeveError } from "@reeve/core";
import { removeDoor, writeDoor, type Door } from "../access/door-file.ts";
import { Gatekeeper } from "../access/gatekeeper.ts";
import { makeApp } from "./app.ts";
import { isLoopback } from "./guard.ts";
import { IdleConnections } from "./idle-connections.ts";
import { Site } from "./site.ts";
import type { Sources } from "./sources.ts";
import { StreamHub } from "./stream-hub.ts";
import { Views } from "./views.ts";

/** Plain values: they cross into the server's thread. */
export interface ServingOptions {
  readonly port: number;
  readonly host: string;
  /** Further names under which the server is asked for. */
  readonly allowHosts: readonly string[];
  readonly insecure: boolean;
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined;
  /** Where tokens are kept; undefined: there are none. */
  readonly accessFile: string | undefined;
  /** Where whoever may sign in finds the server; undefined: nowhere. */
  readonly doorFile: string | undefined;
  /** The folder of the dashboard's build. */
  readonly siteFolder: string;
  readonly version: string;
  /** How long a request may take to arrive, in milliseconds. */
  readonly requestMsMax: number;
}

export interface Serving {
  readonly url: string;
  /** A ticket to sign in with, once. */
  issueTicket(): string;
  close(): Promise<void>;
}

const CLOSE_MS = 1_000;
const HEADERS_MS_MAX = 10_000;
const KEEP_ALIVE_MS = 5_000;
const LOOK_MS = 1_000;
const ADDRESS_ERRORS = new Set(["EADDRNOTAVAIL", "ENOTFOUND", "EAI_AGAIN"]);
const HTTP_PORT = 80;
const HTTPS_PORT = 443;

/** @throws ReeveError `option-invalid` when the port can't be listened on, `access-invalid` */
export async function serve(sources: Sources, options: ServingOptions): Promise<Serving> {
  const { tls, insecure, host, accessFile } = options;
  const isEncrypted = tls !== undefined;
  if (!isEncrypted && !insecure && !isLoopback(host)) {
    throw new ReeveError("option-invalid", `serving on '${host}' would send credentials unencrypted`, {
      hint: "give --tls-cert and --tls-key, or stay on 127.0.0.1 behind a tunnel; --insecure allows it as it is",
    });
  }
  const gatekeeper = new Gatekeeper(accessFile, () => Date.now());
  const views = await Views.open(sources);
  const server = makeServer(options);
  const port = await listen(server, options);
  const hub = new StreamHub(views);
  const hosts = hostsOf(options, port);
  const app = makeApp({
    views,
    gatekeeper,
    hub,
    hosts,
    insecure,
    isEncrypted,
    version: options.version,
    site: new Site(options.siteFolder),
    cookieName: `reeve-${port}`,
  });
  const idle = new IdleConnections();
  server.on("connection", (socket: Socket) => idle.opened(socket));
  server.on("request", (request, response) => idle.asked(request.socket, response));
  // The listener answers whatever goes wrong inside it.
  server.on("request", (request, response) => void getRequestListener(app.fetch)(request, response));
  const url = `${isEncrypted ? "https" : "http"}://${addressOf(host)}:${port}`;
  const leaveDoor = openDoor(sources, options.doorFile, { url, pid: process.pid, key: gatekeeper.doorKey });
  return {
    url,
    issueTicket: () => gatekeeper.issueTicket(),
    close: () => {
      leaveDoor();
      return close(server, hub);
    },
  };
}

/** Says beside the log where the server is; what keeps it from that keeps nobody from using the server. */
function openDoor({ told }: Sources, file: string | undefined, door: Door): () => void {
  if (file === undefined) return () => {};
  try {
    writeDoor(file, door);
    return () => removeDoor(file, door);
  } catch (error) {
    told("saying beside the log where the server is", error);
    return () => {};
  }
}

function makeServer({ tls, requestMsMax }: ServingOptions): Server {
  const limits = {
    requestTimeout: requestMsMax,
    headersTimeout: Math.min(HEADERS_MS_MAX, requestMsMax),
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: Math.min(LOOK_MS, requestMsMax),
  };
  if (!tls) return createHttpServer(limits);
  const [cert, key] = [readPem("--tls-cert", tls.certFile), readPem("--tls-key", tls.keyFile)];
  try {
    return createHttpsServer({ ...limits, cert, key });
  } catch (error) {
    throw new ReeveError("option-invalid", `${tls.certFile} and ${tls.keyFile}: ${messageOf(error)}`, {
      hint: "give a certificate and the key it was made with, both as PEM",
      cause: error,
    });
  }
}

function readPem(option: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new ReeveError("option-invalid", `${option} can't be read: ${messageOf(error)}`, {
      hint: "name a file in PEM form that this user may read",
      cause: error,
    });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function listen(server: Server, { host, port }: ServingOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const why = error.code === "EADDRINUSE" ? "is taken" : `can't be listened on: ${error.message}`;
      const isAddress = ADDRESS_ERRORS.has(error.code ?? "");
      const hint = isAddress
        ? "use an address of this machine with --host, such as 127.0.0.1 or 0.0.0.0"
        : "use another one with --port, or --port 0 for a free one";
      reject(new ReeveError("option-invalid", `port ${port} of ${host} ${why}`, { cause: error, hint }));
    });
    server.listen({ host, port }, () => resolve(portOf(server.address())));
  });
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === "object" && address !== null ? address.port : 0;
}

function addressOf(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

/**
 * What `Host` and the host of `Origin` may be. The server's own names go with its port: a page from another port of
 * this machine is another's, though browsers send it the cookie. Named hosts may stand for a proxy with a port of its own.
 */
function hostsOf({ host, allowHosts, tls }: ServingOptions, port: number): ReadonlySet<string> {
  const isEverywhere = host === "0.0.0.0" || host === "::";
  const local = isLoopback(host) || isEverywhere ? ["127.0.0.1", "localhost", "[::1]"] : [];
  const own = [addressOf(host), ...local];
  // Browsers leave out the port that goes with the scheme.
  const bare = port === (tls ? HTTPS_PORT : HTTP_PORT) ? own : [];
  const names = [...own, ...allowHosts].map((name) => `${name}:${port}`);
  return new Set([...names, ...bare, ...allowHosts].map((name) => name.toLowerCase()));
}

async function close(server: Server, hub: StreamHub): Promise<void> {
  hub.close();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  // Streams end by themselves; what else is under way has had its answer, or gets none.
  setTimeout(() => server.closeAllConnections(), CLOSE_MS).unref();
  await closed;
}
