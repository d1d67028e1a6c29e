/**
 * Serves the metrics of a runtime to Prometheus, on a port of its own: scrapers have no sign-in. A page in a browser whose
 * name was rebound to this machine does not get them.
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { isIP } from "node:net";
import { followStanding, metrics, ReeveError, type MetricsOptions, type Runtime } from "@reeve/core";
import { metricProducer } from "./metric-producer.ts";
import { PROMETHEUS_CONTENT_TYPE, prometheusText } from "./prometheus-text.ts";

export interface ServeMetricsOptions extends MetricsOptions {
  /** 0: a free one. @default 9464 */
  readonly port?: number;
  /** The address that it listens at. @default "127.0.0.1" */
  readonly host?: string;
  /** Further names under which scrapers ask for it. @default none */
  readonly allowHosts?: readonly string[];
}

export interface MetricsServer {
  /** Where to scrape, such as `http://127.0.0.1:9464/metrics`. */
  readonly url: string;
  close(): Promise<void>;
}

const PORT_DEFAULT = 9464;
const HOST_DEFAULT = "127.0.0.1";

/**
 * Listens until it is closed; close it before the runtime. Counters begin at 0.
 * @throws ReeveError `option-invalid` when it can't listen there
 */
export async function serveMetrics(
  runtime: Pick<Runtime, "engine" | "telemetry" | "alertRules" | "confidence">,
  { port = PORT_DEFAULT, host = HOST_DEFAULT, allowHosts = [], ...options }: ServeMetricsOptions = {},
): Promise<MetricsServer> {
  const { engine, telemetry } = runtime;
  const counted = telemetry?.metrics ?? (await engine.fold(metrics(options)));
  const standing = await followStanding(runtime);
  const producer = metricProducer({ counted, standing, clock: engine.clock });
  const names = new Set(["localhost", host, ...allowHosts].map((name) => name.toLowerCase()));
  // Where a thread of its own serves the pages, nobody else in the runtime's needs it.
  const { createServer } = await import("node:http");
  const server = createServer((request, response) => {
    if (!isAskedFor(request, names)) {
      response.writeHead(403, { "content-type": "text/plain" }).end("the request is for another host\n");
      return;
    }
    void answer(request, response, () => prometheusText(producer));
  });
  const url = await listen(server, port, host);
  return { url, close: () => stop(server) };
}

/** Only a name can be rebound, so that addresses are as good as the server's own names. */
function isAskedFor({ headers: { host = "" } }: IncomingMessage, names: ReadonlySet<string>): boolean {
  const name = URL.parse(`http://${host}`)?.hostname ?? "";
  return names.has(name) || isIP(name.replace(/^\[(.*)\]$/, "$1")) !== 0;
}

async function answer(
  { method, url }: IncomingMessage,
  response: ServerResponse,
  text: () => Promise<string>,
): Promise<void> {
  const isScrape = url?.split("?")[0] === "/metrics" && (method === "GET" || method === "HEAD");
  try {
    const body = isScrape ? await text() : "metrics are at /metrics\n";
    const contentType = isScrape ? PROMETHEUS_CONTENT_TYPE : "text/plain";
    response.writeHead(isScrape ? 200 : 404, { "content-type": contentType }).end(body);
  } catch (error) {
    // The scraper shows what is wrong with its target.
    response.writeHead(500, { "content-type": "text/plain" }).end(`${String(error)}\n`);
  }
}

function listen(server: Server, port: number, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => {
      const message = `the metrics can't be served at ${host}:${port}: ${cause.message}`;
      reject(new ReeveError("option-invalid", message, { cause, hint: "give another port, or 0" }));
    });
    server.listen(port, host, () => {
      const address = server.address();
      const bound = typeof address === "object" && address !== null ? address.port : port;
      const shown = host.includes(":") ? `[${host}]` : host;
      resolve(`http://${shown}:${bound}/metrics`);
    });
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
