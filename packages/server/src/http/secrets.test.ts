/** Plants secrets wherever a run can say something, and looks for them in all that leaves the server. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  agent,
  approval,
  createRuntime,
  meta,
  processAgent,
  sequential,
  sqliteEngine,
  type Runtime,
} from "@reeve/core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createClient } from "../client.ts";
import { routes } from "../contract.ts";
import { createToken, exportTraces, serveMetrics, startServer } from "../index.ts";

const SMALL = 'pl4nted/+"ß%?&ed-1';
const LARGE = Array.from(
  { length: 3_000 },
  (_, line) => `${(line * 2_654_435_761).toString(36)}/${line}"`,
).join("");
const RETURNED = "r3turned//by+a=step";
const ANSWERED = "answ3r.of a signal?";
const ATTRIBUTE = "attribut3:of<the>context";

const known = [SMALL, RETURNED, ANSWERED, ATTRIBUTE, LARGE.slice(0, 100), LARGE.slice(20_000, 20_100)];
const formsOf = (text: string): readonly string[] => [
  text,
  JSON.stringify(text).slice(1, -1),
  encodeURIComponent(text),
  Buffer.from(text).toString("base64").replace(/=+$/, "").slice(0, -1),
  Buffer.from(text).toString("hex"),
];
const showing = (text: string): string => formsOf(text).join(" | ");

function expectNothing(where: string, text: string): void {
  for (const secret of known)
    for (const form of formsOf(secret)) expect(text.includes(form), `${form} in ${where}`).toBe(false);
}

const open = agent("open", {
  run: (input: { password: string }, ctx) => {
    ctx.log.info(`with ${showing(input.password)}`);
    ctx.progress(0.5, `at ${showing(input.password)}`);
    return { ...input, session: { token: RETURNED }, url: `https://host/?q=${input.password}` };
  },
});
const stdin = (): string => `${showing(SMALL)}\n${RETURNED}\n${LARGE}`;
const print = agent("tell", { run: (input: unknown) => input });
const child = processAgent("child", {
  command: [process.execPath, "-e", "process.stdin.pipe(process.stderr); process.exitCode = 3"],
  stdin,
});
class Leaked extends Error {
  readonly code = `E_${SMALL}`;
}
const fail = agent("fail", {
  run: () => {
    const error = new Leaked(`not with ${showing(SMALL)} at ${LARGE}`, {
      cause: new TypeError(showing(RETURNED)),
    });
    error.stack = `${error.message}\n    at ${showing(RETURNED)}`;
    throw error;
  },
});
const migrate = meta("migrate", {
  phases: [{ name: "move", patterns: [sequential("moving", { steps: [fail] })], coordination: "sequential" }],
});
const matches = { domain: "vault" };
const patterns = [
  sequential("answering", { matches, steps: [open, approval("confirm"), print] }),
  sequential("failing", { steps: [open, fail] }),
  sequential("migrating", { steps: [open, migrate] }),
  sequential("printing", { steps: [open, child] }),
  sequential("waiting", { steps: [open, approval("never")] }),
];
const input = { password: SMALL, apiKey: LARGE };
const context = { domain: "vault", attributes: { token: ATTRIBUTE, tenant: "acme" } };

let folder: string;
let runtime: Runtime;
let undo: (() => unknown)[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "reeve-secrets-"));
  undo = [];
  runtime = await createRuntime({
    patterns,
    engine: sqliteEngine(join(folder, "log.db"), { durability: "os" }),
    telemetry: true,
    tracing: { share: 1 },
    drainMs: 0,
  });
});

afterEach(async () => {
  for (const one of undo.toReversed()) await one();
  await runtime.close();
  rmSync(folder, { recursive: true });
});

/** Says every secret in every way; the ids of the runs. */
async function leak(): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const name of ["failing", "migrating", "printing"]) {
    const run = await runtime.start(name, input, { context });
    expect((await run.outcome()).status).toBe("failed");
    ids.push(run.id);
  }
  const asked = await runtime.delegate(context, input, { id: "asked" });
  await untilWaiting(asked.id);
  await asked.signal("confirm", { secret: ANSWERED, note: showing(SMALL) });
  expect((await asked.outcome()).status).toBe("completed");
  await asked.feedback(0.5, { note: `it was ${showing(RETURNED)}` });
  const waits = await runtime.start("waiting", input, { context });
  await untilWaiting(waits.id);
  await waits.pause(`held for ${showing(SMALL)}`);
  await waits.resume();
  await waits.cancel(`somebody knows ${showing(SMALL)} and ${LARGE}`);
  await waits.outcome();
  return [...ids, asked.id, waits.id];
}

async function untilWaiting(id: string): Promise<void> {
  for await (const { kind } of runtime.run(id).events()) if (kind === "wait-started") return;
}

test("no answer of the API and nothing on its stream shows a secret of a run", async () => {
  const token = createToken(join(folder, "log.db"), { name: "all", scope: "operate" });
  const server = await startServer(runtime, { port: 0 });
  undo.push(() => server.close());
  const leave = new AbortController();
  undo.push(() => leave.abort());
  const headers = { authorization: `Bearer ${token}` };
  const stream = await fetch(`${server.url}/api/stream?topics=overview,runs,needs,run:asked`, {
    headers,
    signal: leave.signal,
  });
  let streamed = "";
  const reading = (async () => {
    for await (const part of stream.body ?? []) streamed += Buffer.from(part).toString("utf8");
  })().catch(() => {
    // ignore: the test left; what was told until then is what counts
  });
  const ids = await leak();
  const client = createClient({ url: server.url, token });
  await vi.waitFor(
    async () => expect((await client.runs({})).runs.length).toBeGreaterThanOrEqual(ids.length),
    60_000,
  );
  let asked = 0;
  for (const { method, path } of Object.values(routes)) {
    if (method !== "GET") continue;
    const runs = path.includes("{id}") ? ids : [""];
    for (const id of runs) {
      for (const name of path.includes("{name}") ? patterns.map((one) => one.name) : [""]) {
        const at = path.replace("{id}", encodeURIComponent(id)).replace("{name}", encodeURIComponent(name));
        const queries = at.endsWith("/value")
          ? ["?which=input", "?which=output", "?which=output&path=open"]
          : [""];
        for (const query of queries) {
          const answer = await fetch(`${server.url}${at}${query}`, { headers });
          expectNothing(`${at}${query}`, await answer.text());
          if (answer.ok) asked++;
        }
      }
    }
  }
  expect(asked).toBeGreaterThan(40);
  await vi.waitFor(() => expect(streamed).toContain(ids.at(-1)), 60_000);
  leave.abort();
  await reading;
  expectNothing("the stream", streamed);
});

test("neither metrics nor traces show a secret of a run", async () => {
  let exported = "";
  const receiver = createServer((request, response) => {
    void (async () => {
      for await (const chunk of request) exported += String(chunk);
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    })();
  });
  undo.push(
    () =>
      new Promise((resolve) => {
        receiver.close(resolve);
        receiver.closeAllConnections();
      }),
  );
  const port = await new Promise<number>((resolve) => {
    receiver.listen(0, "127.0.0.1", () => {
      const address = receiver.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  const traces = exportTraces(runtime, { url: `http://127.0.0.1:${port}/v1/traces` });
  undo.push(() => traces.close());
  const served = await serveMetrics(runtime, { port: 0 });
  undo.push(() => served.close());
  await leak();
  await vi.waitFor(() => expect(exported.match(/invoke_agent child|"child"/g) ?? []).not.toEqual([]), 60_000);
  await vi.waitFor(() => expect(exported).toContain("waiting"), 60_000);
  expectNothing("traces", exported);
  const metrics = await (await fetch(served.url)).text();
  expect(metrics).toContain('agent="child"');
  expectNothing("metrics", metrics);
});
