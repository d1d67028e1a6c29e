/**
 * Restate: one node of its npm server with all roles and its own storage; handlers in this process over HTTP/2; runs
 * started through the ingress, which is how Restate is reached by design. Each step is an awaited `ctx.run`:
 * https://docs.restate.dev/foundations/actions
 */
import * as restate from "@restatedev/restate-sdk";
import { writeFileSync } from "node:fs";
import { createServer, type Http2Server } from "node:http2";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Contender, Steps, Value } from "./contender.ts";
import { openIngress, requestOnce } from "./restate-client.ts";
import { packageVersion } from "./package-version.ts";
import { MissingServer, startServer, type Server } from "./server.ts";
import { stepNames } from "./steps.ts";

const NODE = "bench";

async function count(context: restate.Context, value: Value, steps: Steps): Promise<Value> {
  let last = value;
  for (const name of stepNames(steps)) {
    const { n, text } = last;
    last = await context.run(name, async () => ({ n: n + 1, text }));
  }
  return last;
}

const counter = restate.service({
  name: "counter",
  handlers: {
    count1: async (context: restate.Context, value: Value) => count(context, value, 1),
    count3: async (context: restate.Context, value: Value) => count(context, value, 3),
    count9: async (context: restate.Context, value: Value) => count(context, value, 9),
  },
});

// Every setting: https://docs.restate.dev/references/server_config
const CONFIGURATION = `
# No debug logs, no reports to the vendor.
log-filter = "warn"
disable-telemetry = true

# On 2 processors 1 partition made 1.4 to 1.6 times the runs of the default 24; 2 and 4 made about as many as 1.
default-num-partitions = 1

# Unix sockets only: https://docs.restate.dev/server/networking
listen-mode = "unix"

[worker.invoker]
# The default of 1,000 is less than the bench has at once.
concurrent-invocations-limit = 4096
`;

export async function open(folder: string): Promise<Contender> {
  const { service, uri } = await serveHandlers();
  const sockets = join(folder, "storage", NODE);
  const server = await startRestate(folder, sockets);
  await requestOnce(join(sockets, "admin.sock"), "/deployments", { uri });
  const ingress = openIngress(join(sockets, "ingress.sock"));
  return {
    version: `${packageVersion("@restatedev/restate-server")}, ${packageVersion("@restatedev/restate-sdk")}`,
    run: async (steps, value) => (await ingress.call(`/counter/count${steps}`, value)) as Value,
    close: async () => {
      ingress.close();
      service.close();
      await server.stop();
    },
  };
}

/** https://docs.restate.dev/develop/ts/serving */
async function serveHandlers(): Promise<{ service: Http2Server; uri: string }> {
  const handler = restate.createEndpointHandler({ services: [counter], logger: () => undefined });
  const service = createServer(handler);
  await new Promise<void>((resolve, reject) => {
    service.once("error", reject);
    service.listen(0, "127.0.0.1", resolve);
  });
  const address = service.address();
  if (address === null || typeof address === "string") throw new Error("the handlers have no port");
  return { service, uri: `http://127.0.0.1:${address.port}` };
}

async function startRestate(folder: string, sockets: string): Promise<Server> {
  const configuration = join(folder, "restate.toml");
  writeFileSync(configuration, CONFIGURATION);
  return startServer({
    program: program(),
    args: ["--no-logo", "-c", configuration, "--base-dir", join(folder, "storage"), "--node-name", NODE],
    log: join(folder, "restate.log"),
    answers: async () => {
      await requestOnce(join(sockets, "admin.sock"), "/health");
      await requestOnce(join(sockets, "ingress.sock"), "/restate/health");
    },
  });
}

/** What the package's own starter runs; without the starter there is one process less to end. */
function program(): string {
  const platform = `${process.platform}-${process.arch}`;
  const starter = createRequire(import.meta.resolve("@restatedev/restate-server/package.json"));
  try {
    return starter.resolve(`@restatedev/restate-server-${platform}/bin/restate-server`);
  } catch (error) {
    throw new MissingServer(`its npm package has no server for ${platform}`, { cause: error });
  }
}
