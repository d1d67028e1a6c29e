/** Plants secrets wherever a run can say something, and looks for them in everything that is written and shown. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Fold } from "../delegation/fold.ts";
import { confidenceFold } from "../learning/confidence-fold.ts";
import { activity } from "../telemetry/activity.ts";
import { contextPreservation } from "../telemetry/context-preservation.ts";
import { failures } from "../telemetry/failures.ts";
import { metrics } from "../telemetry/metrics.ts";
import { stepActivities } from "../telemetry/step-activity.ts";
import { createRuntime, type Runtime } from "../runtime.ts";
import type { Engine } from "../engine/engine.ts";
import { memoryEngine } from "../engine/memory/memory-engine.ts";
import { MemoryLog } from "../engine/memory/memory-store.ts";
import { openSqliteStore } from "../engine/sqlite/open-sqlite-store.ts";
import { sqliteEngine } from "../engine/sqlite/sqlite-engine.ts";
import type { RunHandle } from "../run-handle.ts";
import { FaultyDisk } from "../testing/faulty-disk.ts";
import { changing, failing, falling, leaky, login, received, waiting } from "./fixtures/leaky-patterns.ts";
import {
  answered,
  attribute,
  expectNoSecrets,
  large,
  returned,
  showing,
  small,
  wrapped,
} from "./fixtures/planted.ts";

const patterns = [leaky, failing, waiting, changing, falling];
const context = { attributes: { token: attribute, tenant: "acme" } };
const answer = { secret: answered, note: showing(small) };
let folder = "";
let file = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reeve-secrets-"));
  file = join(folder, "log.db");
  received.length = 0;
});

afterEach(() => rmSync(folder, { recursive: true }));

const reported: string[] = [];

function open(engine: Engine): Promise<Runtime> {
  const report = ({ what, error }: { readonly what: string; readonly error: unknown }): void => {
    reported.push(`${what} ${String(error)}`);
  };
  return createRuntime({ patterns, engine, drainMs: 0, report });
}

/** Says every secret in every way. */
async function leak(runtime: Runtime): Promise<void> {
  const run = await runtime.start("leaky", login, { id: "leaky", context });
  await untilWaiting(run);
  await run.pause(`held back for ${showing(small)}`);
  await run.resume();
  await run.signal("confirm", answer);
  expect((await run.outcome()).status).toBe("completed");
  expect((await (await runtime.start("failing", login, { context })).outcome()).status).toBe("failed");
  const waits = await runtime.start("waiting", { password: small, apiKey: large });
  await waits.cancel(`somebody knows ${showing(small)} and ${large}`);
  await waits.outcome();
  const chosen = await runtime.delegate(
    { domain: "vault", attributes: { apiToken: attribute, [`of ${small}`]: 7, isSecret: true } },
    login,
  );
  await runtime.run("leaky").feedback(0.5, { note: `it was ${showing(small)} and ${large}` });
  await runtime.run("leaky").feedback(0.4, { note: `not ${showing(returned)}` });
  await chosen.outcome();
  expect((await (await runtime.delegate({ domain: "nowhere" }, login)).outcome()).status).toBe("rejected");
  await runtime.pause({ pattern: "waiting" }, `because of ${showing(small)}`);
  await runtime.schedule("yearly", { pattern: waiting, cron: "@yearly", input: { password: small } });
}

async function untilWaiting(run: RunHandle): Promise<void> {
  for await (const { kind } of run.events()) if (kind === "wait-started") return;
}

/** All that readers are told. */
async function told(runtime: Runtime): Promise<string> {
  const parts: unknown[] = [runtime.paused(), runtime.schedules(), reported];
  parts.push(await savedStateOf(runtime, confidenceFold()), await savedStateOf(runtime, metrics()));
  parts.push(await savedStateOf(runtime, activity), await savedStateOf(runtime, failures));
  parts.push(await savedStateOf(runtime, stepActivities), await savedStateOf(runtime, contextPreservation));
  parts.push(await runtime.choose({ domain: "vault", attributes: { apiToken: attribute } }));
  for await (const event of runtime.events({ follow: false })) parts.push(event);
  for (const record of (await runtime.runs()).runs) {
    parts.push(record);
    if (record.state === "ended") parts.push(await runtime.run(record.id).outcome({ redacted: true }));
  }
  return JSON.stringify(parts);
}

/** What a checkpoint of the fold keeps; under another name, so that it is made of all events. */
async function savedStateOf<State>(runtime: Runtime, fold: Fold<State>): Promise<unknown> {
  const state = (await runtime.engine.fold({ ...fold, name: `${fold.name} of the test` })).state();
  return fold.save ? fold.save(state) : state;
}

/** The bytes of every file but the key. */
function expectFilesWithoutSecrets(): void {
  for (const name of readdirSync(folder)) {
    if (!name.endsWith(".key")) expectNoSecrets(name, readFileSync(join(folder, name)));
  }
}

function expectPayloadsWithoutSecrets(): void {
  const store = openSqliteStore(file, { durability: "os", access: "guest" });
  const { payload: last } = store.highest();
  expect(last).toBeGreaterThan(5);
  for (let id = 1; id <= last; id++) expectNoSecrets(`payload ${id}`, store.payload(id));
  store.close();
}

describe("planted secrets are found nowhere, and later steps get them exactly", () => {
  test("in memory", async () => {
    const log = new MemoryLog();
    const runtime = await open(memoryEngine({ log }));
    await leak(runtime);
    expectNoSecrets("what is told", await told(runtime));
    const { attributes } = (await runtime.run("leaky").record()).context;
    expect(attributes).toEqual({ token: "[redacted]", tenant: "acme" });
    await runtime.close();
    for (const [id, text] of log.payloads) expectNoSecrets(`payload ${id}`, text);
    expectNoSecrets("runs", JSON.stringify([...log.runs.values()]));
    expect(received.slice(0, 4)).toEqual([small, large, wrapped, attribute]);
  });

  test("in a file", async () => {
    const runtime = await open(sqliteEngine(file, { durability: "os" }));
    await leak(runtime);
    expectNoSecrets("what is told", await told(runtime));
    // The log's own descriptors must not be closed while it is open, which reading its files here would do.
    await runtime.close();
    expectFilesWithoutSecrets();
    expectPayloadsWithoutSecrets();
    const [input] = received.slice(4);
    expect(input).toMatchObject({ session: { session: { accessToken: returned } }, answer });
  });

  test("after a crash, when only the log tells which they were", async () => {
    const disk = new FaultyDisk({ file });
    const before = await open(disk.engine());
    const run = await before.start("leaky", login, { id: "leaky", context });
    await untilWaiting(run);
    disk.crash();
    expect(existsSync(`${file}-wal`)).toBe(true);
    expectFilesWithoutSecrets();
    received.length = 0;
    const runtime = await open(disk.engine());
    await runtime.run("leaky").signal("confirm", answer);
    const outcome = await runtime.run("leaky").outcome();
    expect(outcome.status).toBe("completed");
    expect(received).toHaveLength(2);
    expect(JSON.stringify(received)).toContain(JSON.stringify(returned));
    expect(JSON.stringify(received)).toContain(JSON.stringify(large));
    expectNoSecrets("what is told", await told(runtime));
    await runtime.close();
    await before.close();
    expectFilesWithoutSecrets();
    expectPayloadsWithoutSecrets();
  });

  test("in the requests of another process, while nobody takes them", async () => {
    const owner = await open(sqliteEngine(file, { durability: "os" }));
    const run = await owner.start("waiting", { password: small }, { id: "known" });
    await untilWaiting(run);
    await owner.close();
    const guest = await open(sqliteEngine(file, { access: "guest" }));
    const starting = guest.start("waiting", login, { id: "asked", context }).catch((error: unknown) => error);
    await guest.run("known").cancel(`told ${showing(small)}`);
    await guest.run("known").signal("wait", answer);
    await guest.close();
    // It waits for an owner.
    expect(await starting).toMatchObject({ code: "runtime-closed" });
    expectFilesWithoutSecrets();
    const store = openSqliteStore(file, { durability: "os", access: "guest" });
    const requests = store.inbox(10);
    store.close();
    expect(requests).toHaveLength(3);
    expectNoSecrets("the inbox", JSON.stringify(requests));
    const later = await open(sqliteEngine(file, { durability: "os" }));
    expect(await later.run("known").outcome()).toMatchObject({ status: "cancelled" });
    await untilWaiting(later.run("asked"));
    await later.run("asked").signal("wait", {});
    const { status, ...rest } = await later.run("asked").outcome();
    expect({ status, output: "output" in rest && rest.output }).toEqual({
      status: "completed",
      output: login,
    });
    expectNoSecrets("what is told", await told(later));
    await later.close();
    expectFilesWithoutSecrets();
  });
});

describe("the key", () => {
  test("is made with mode 0600 when the first secret is stored, not before", async () => {
    const runtime = await open(sqliteEngine(file, { durability: "os" }));
    await (await runtime.start("waiting", { plain: "text" })).cancel();
    expect(existsSync(`${file}.key`)).toBe(false);
    await (await runtime.start("waiting", { password: "x" })).cancel();
    await runtime.close();
    for (const name of readdirSync(folder))
      expect(statSync(join(folder, name)).mode & 0o777, name).toBe(0o600);
    expect(readdirSync(folder)).toContain("log.db.key");
  });

  test("is missing: the run is stranded, and goes on once the key is back", async () => {
    const first = await open(sqliteEngine(file, { durability: "os" }));
    await untilWaiting(await first.start("leaky", login, { id: "leaky", context }));
    await first.close();
    const key = readFileSync(`${file}.key`, "utf8");
    rmSync(`${file}.key`);
    const without = await open(sqliteEngine(file, { durability: "os" }));
    const run = without.run("leaky");
    for await (const event of run.events()) {
      if (event.kind !== "run-stranded") continue;
      expect(event.reason).toContain(`is not in ${file}.key`);
      expect(event.hint).toContain("put that key file back");
      break;
    }
    expect((await run.record()).state).toBe("stranded");
    expect(received).toHaveLength(4);
    // Others go on, with a key of their own.
    await (await without.start("waiting", { password: small })).cancel();
    await without.close();
    const both = `${key.trim()},${readFileSync(`${file}.key`, "utf8").trim()}`;
    const again = await createRuntime({
      patterns,
      engine: sqliteEngine(file, { durability: "os" }),
      secretKey: both,
    });
    await again.run("leaky").signal("confirm", answer);
    expect((await again.run("leaky").outcome()).status).toBe("completed");
    await again.close();
  });

  test("is needed for the output itself, not to show it", async () => {
    const engine = sqliteEngine(file, { durability: "os" });
    const secretKey = "a passphrase that is long enough";
    const first = await createRuntime({ patterns, engine, secretKey });
    const run = await first.start("waiting", { password: small, plain: "text" }, { id: "done" });
    await run.signal("wait", {});
    await run.outcome();
    await first.close();
    expect(existsSync(`${file}.key`)).toBe(false);
    const without = await open(sqliteEngine(file, { durability: "os" }));
    await expect(without.run("done").outcome()).rejects.toMatchObject({ code: "secret-key-missing" });
    expect(await without.run("done").outcome({ redacted: true })).toEqual({
      status: "completed",
      output: { password: "[redacted]", plain: "text" },
    });
    await without.close();
  });

  test("goes into the hash by which inputs are compared", async () => {
    const log = new MemoryLog();
    const runtime = await open(memoryEngine({ log }));
    await runtime.start("waiting", { password: small }, { id: "one" });
    await expect(runtime.start("waiting", { password: small }, { id: "one" })).resolves.toHaveProperty(
      "id",
      "one",
    );
    await expect(runtime.start("waiting", { password: "other" }, { id: "one" })).rejects.toMatchObject({
      code: "run-conflict",
    });
    await runtime.start("waiting", { plain: small }, { id: "plain" });
    const [one] = [...log.runs.values()].filter((row) => row.id === "one");
    expect(one?.inputDigest).toMatch(/^[\da-f]{8}:/);
    await runtime.close();
  });
});
