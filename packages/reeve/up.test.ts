/** `reeve up` and `reeve token` as a user calls them. */
import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { createToken } from "@reeve/server";
import { createClient, type Client } from "@reeve/server/client";
import { disposeWorkspaces, makeWorkspace, type Running, type Workspace } from "./call-reeve.ts";

const CONFIG = `
import { agent, sequential, sqliteEngine } from "reeve";
const copy = agent("copy", { run: (input) => ({ copied: input }) });
const spin = agent("spin", { run: (ms) => { const until = Date.now() + ms; while (Date.now() < until); return "spun"; } });
const fail = agent("fail", { run: () => { throw new Error("no such account"); } });
const patterns = Object.entries({ copying: copy, spinning: spin, failing: fail });
export default {
  patterns: patterns.map(([name, step]) => sequential(name, { steps: [step] })),
  engine: sqliteEngine("reeve.db"),
};
`;
const SLOW_MS = 120_000;
const PATIENCE = { timeout: 60_000 };

afterEach(disposeWorkspaces);

function tokenOf(workspace: Workspace): string {
  return createToken(join(workspace.folder, "reeve.db"), { name: "ci", scope: "operate" });
}

async function clientOf(up: Running, token: string): Promise<Client> {
  let text = "";
  up.child.stdout?.on("data", (part: string) => (text += part));
  await up.says("Ctrl-C ends");
  const link = /http:\S+#\S+/.exec(text)?.[0] ?? "";
  return createClient({ url: new URL(link).origin, token });
}

/** Takes OTLP over HTTP; `bodyAt` is what came first at a path. */
async function receiveTelemetry(): Promise<
  AsyncDisposable & { readonly url: string; bodyAt(path: string): string | undefined }
> {
  const bodies = new Map<string, string>();
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (part: string) => (body += part));
    request.on("end", () => {
      const path = request.url ?? "";
      if (!bodies.has(path)) bodies.set(path, body);
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    bodyAt: (path) => bodies.get(path),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await once(server.close(), "close");
    },
  };
}

test("reeve up serves what reeve token lets in, and drains on SIGTERM", { timeout: SLOW_MS }, async () => {
  await using workspace = makeWorkspace(CONFIG);
  const made = await workspace.reeve("token", "ci", "--scope", "operate");
  expect([made.code, made.stdout]).toEqual([0, expect.stringMatching(/^reeve_[\w-]{43}\n$/)]);
  const up = workspace.start(["up", "--port", "0"]);
  const client = await clientOf(up, made.stdout.trim());
  const { id } = await client.start({ pattern: "copying", input: { name: "Ada" } });
  await expect.poll(async () => (await client.run({ id })).run.outcome, PATIENCE).toBe("completed");
  const link = (await workspace.reeve("link")).stdout;
  const { origin, hash } = new URL(link.trim());
  const opened = await fetch(`${origin}/sign-in`, {
    method: "POST",
    headers: { origin, "content-type": "application/json" },
    body: JSON.stringify({ ticket: hash.slice(1) }),
  });
  expect(opened.status).toBe(200);
  expect((await workspace.reeve("token", "--list")).stdout).toMatch(/ci +operate/);
  expect((await workspace.reeve("token", "--remove", "ci")).code).toBe(0);
  await expect
    .poll(() => client.session({}).catch((error: unknown) => error), PATIENCE)
    .toMatchObject({ status: 401 });
  up.child.kill("SIGTERM");
  expect(await up.ended).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("running steps may finish"),
  });
  expect(await workspace.reeve("link")).toMatchObject({
    code: 4,
    stderr: expect.stringContaining("no server runs over this log"),
  });
});

test(
  "metrics and traces of what runs are handed on, and the process measures itself",
  {
    timeout: SLOW_MS,
  },
  async () => {
    await using workspace = makeWorkspace(CONFIG);
    await using receiver = await receiveTelemetry();
    const up = workspace.start(["up", "--port", "0", "--metrics-port", "0", "--otlp", receiver.url]);
    let said = "";
    up.child.stdout?.on("data", (part: string) => (said += part));
    const client = await clientOf(up, tokenOf(workspace));
    await client.start({ pattern: "failing", input: null });
    await expect.poll(() => receiver.bodyAt("/v1/traces"), PATIENCE).toContain("no such account");
    const metrics = /metrics for Prometheus: (http:\S+)/.exec(said)?.[1] ?? "";
    const scrape = async (): Promise<string> => (await fetch(metrics)).text();
    expect(await scrape()).toContain('reeve_runs_ended_total{pattern="failing",outcome="failed"} 1');
    await expect.poll(scrape, PATIENCE).toMatch(/^reeve_resident_bytes \d/m);
    up.child.kill("SIGINT");
    expect((await up.ended).code).toBe(0);
    expect(receiver.bodyAt("/v1/metrics")).toContain("reeve_runs_ended");
  },
);

test("a blocked runtime is shown as blocked, and takes no page down", { timeout: SLOW_MS }, async () => {
  await using workspace = makeWorkspace(CONFIG);
  const up = workspace.start(["up", "--port", "0"]);
  const client = await clientOf(up, tokenOf(workspace));
  // Answered when the runtime can again.
  const starting = client.start({ pattern: "spinning", input: 8_000 });
  await expect.poll(async () => (await client.health({})).runtime.state, PATIENCE).toBe("blocked");
  const blocked = await client.health({});
  expect(blocked.sentence).toMatch(
    /^The runtime is blocked since .* UTC \(\d+ s\): its event loop does not answer/,
  );
  expect((await client.runs({})).runs).toHaveLength(1);
  expect((await client.ready({})).ready).toBe(false);
  await expect.poll(async () => (await client.health({})).runtime.state, PATIENCE).toBe("working");
  expect((await starting).id).not.toBe("");
});

test(
  "the log of a process that was killed is shown read-only, and not worked on",
  { timeout: SLOW_MS },
  async () => {
    await using workspace = makeWorkspace(CONFIG);
    const token = tokenOf(workspace);
    const first = workspace.start(["up", "--port", "0"]);
    const client = await clientOf(first, token);
    const starting = client
      .start({ pattern: "spinning", input: 60_000, id: "left" })
      .catch((error: unknown) => error);
    await expect
      .poll(async () => (await client.runs({})).runs.map(({ id, state }) => [id, state]), PATIENCE)
      .toEqual([["left", "running"]]);
    first.child.kill("SIGKILL");
    await first.ended;
    expect(await starting).toMatchObject({ code: "runtime-unavailable" });
    const reader = await clientOf(workspace.start(["up", "--port", "0", "--read-only"]), token);
    expect((await reader.run({ id: "left" })).run.state).toBe("running");
    expect((await reader.health({})).runtime).toMatchObject({ state: "reading", readOnly: true });
    await expect(reader.cancel({ id: "left" })).rejects.toMatchObject({ code: "server-read-only" });
    expect((await reader.runEvents({ id: "left" })).events.map(({ kind }) => kind)).not.toContain(
      "attempt-lost",
    );
  },
);

test.each([
  [["up", "--port", "many"], 2, "--port is 'many'"],
  [["up", "--metrics-port", "70000"], 2, "--metrics-port is '70000'"],
  [["up", "--otlp", "collector:4318"], 2, "--otlp is 'collector:4318'"],
  [["up", "--port", "0", "--host", "0.0.0.0"], 2, "would send credentials unencrypted"],
  [["token"], 2, "give a NAME, --list or --remove NAME"],
  [["token", "--remove", "nobody"], 4, "there is no token nobody"],
])("reeve %j exits with %i and says why", async (args, code, message) => {
  await using workspace = makeWorkspace(CONFIG);
  const ended = await workspace.reeve(...args);
  expect([ended.code, ended.stdout + ended.stderr]).toEqual([code, expect.stringContaining(message)]);
});
