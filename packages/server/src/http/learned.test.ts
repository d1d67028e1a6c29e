/** What was learned and chosen, over HTTP: who may see what. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agent, createRuntime, sequential, sqliteEngine, type Runtime } from "@reeve/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createClient, type Client } from "../client.ts";
import type { Choices, ChoicesQuery } from "../contract.ts";
import { createToken, startServer, type ReeveServer } from "../index.ts";

const DOMAIN = "papers";
const plain = sequential("papers.plain", {
  matches: { domain: DOMAIN },
  steps: [agent("read", { run: (input: unknown) => ({ read: input }) })],
});
const secret = sequential("papers.secret", {
  matches: { domain: DOMAIN },
  steps: [agent("open", { requires: ["vault:open"], run: () => ({ read: "all" }) })],
});
const moving = sequential("moving", {
  preserve: ["attributes.desk"],
  steps: [
    agent("move", {
      run: (input: unknown, ctx) => ctx.with({ attributes: { desk: "b" } }, input),
    }),
  ],
});

let folder: string;
let runtime: Runtime;
let server: ReeveServer;
/** Holds all grants. */
let all: Client;
/** Holds none. */
let few: Client;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "reeve-learned-"));
  const file = join(folder, "log.db");
  runtime = await createRuntime({ patterns: [plain, secret, moving], engine: sqliteEngine(file) });
  const tokens = [
    createToken(file, { name: "all", scope: "operate" }),
    createToken(file, { name: "few", scope: "operate", grants: [] }),
  ];
  server = await startServer(runtime, { port: 0 });
  const clients = tokens.map((token) => createClient({ url: server.url, token }));
  all = clients[0] ?? expect.fail();
  few = clients[1] ?? expect.fail();
});

afterEach(async () => {
  await server.close();
  await runtime.close();
  rmSync(folder, { recursive: true });
});

/** Delegates a task until a run ended by this pattern. */
async function delegateTo(pattern: string, by: Client): Promise<string> {
  for (let at = 0; ; at += 1) {
    const { id } = await by.delegate({ context: { domain: DOMAIN }, input: { at } });
    await runtime.run(id).outcome();
    if ((await runtime.run(id).record()).pattern === pattern) return id;
  }
}

/** Those the client is told of, once the server has read that of this run. */
async function latestChoices(by: Client, run: string, query: ChoicesQuery = {}): Promise<Choices["choices"]> {
  const ask = async (): Promise<Choices["choices"]> => (await by.choices(query)).choices;
  await expect.poll(async () => (await ask())[0]?.run).toBe(run);
  return ask();
}

test("a task is delegated by the pattern that is chosen, and its choice is shown with the candidates", async () => {
  const id = await delegateTo("papers.plain", all);
  const query = { domain: DOMAIN, pattern: "papers.plain", limit: 1 };
  const choices = await latestChoices(all, id, query);
  expect(choices).toMatchObject([{ run: id, domain: DOMAIN, pattern: "papers.plain" }]);
  expect(choices[0]?.candidates.map(({ pattern }) => pattern).toSorted()).toEqual([
    "papers.plain",
    "papers.secret",
  ]);
  expect((await all.choices({ domain: "elsewhere" })).choices).toEqual([]);
});

test("who may not use a pattern is told neither of choices of it nor of what was learned of it", async () => {
  await delegateTo("papers.secret", all);
  const id = await delegateTo("papers.plain", all);
  const choices = await latestChoices(few, id);
  expect(choices[0]).toMatchObject({ run: id, others: { "missing-grant": 1 } });
  expect(JSON.stringify(choices)).not.toContain("papers.secret");
  const patternsSeenBy = async (by: Client): Promise<readonly string[]> =>
    (await by.confidence({})).confidence.map(({ pattern }) => pattern);
  await expect.poll(() => patternsSeenBy(all)).toEqual(["papers.plain", "papers.secret"]);
  expect(await patternsSeenBy(few)).toEqual(["papers.plain"]);
});

test("feedback corrects what was learned, and is stamped with who gave it", async () => {
  const id = await delegateTo("papers.plain", all);
  const meanOf = async (): Promise<number | undefined> =>
    (await all.confidence({ pattern: "papers.plain", domain: DOMAIN })).confidence[0]?.mean;
  await expect.poll(meanOf).toBeGreaterThan(0);
  const before = (await meanOf()) ?? 0;
  await all.feedback({ id, score: 0, note: "of no use" });
  await expect.poll(meanOf).toBeLessThan(before);
  const { events } = await all.runEvents({ id });
  expect(events.at(-1)).toMatchObject({
    kind: "feedback-given",
    score: 0,
    note: "of no use",
    by: "all",
  });
  await expect(all.feedback({ id, score: 2 })).rejects.toMatchObject({ status: 400 });
});

test("what broke the preservation of contexts is told with the step that did", async () => {
  const { id } = await all.start({ pattern: "moving", input: 1, context: { attributes: { desk: "a" } } });
  await runtime.run(id).outcome();
  await expect
    .poll(async () => (await all.contexts({})).contexts)
    .toMatchObject([
      {
        pattern: "moving",
        declaring: 1,
        kept: 0,
        broken: [{ key: "attributes.desk", path: "move", example: { run: id } }],
      },
    ]);
});
