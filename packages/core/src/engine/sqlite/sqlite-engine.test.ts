/**
 * The SQLite engine passes the conformance suite. A crash goes on with a copy of the files as they were at that
 * moment, as the next process would find them.
 */
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "vitest";
import { createRuntime } from "../../runtime.ts";
import { DatabaseSync } from "node:sqlite";
import { describeEngine } from "../conformance/describe-engine.ts";
import { crashableStore, ReadCounter, type CrashableStore } from "../conformance/fixtures/crashable-store.ts";
import { vitestRunner } from "../conformance/fixtures/vitest-runner.ts";
import type { GuestProcess, LogUnderTest } from "../conformance/log-under-test.ts";
import { sharedPattern } from "../conformance/serve-guest.ts";
import { writingLater } from "../../testing/writing-later.ts";
import { EmbeddedEngine } from "../embedded/embedded-engine.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";
import { sqliteEngine } from "./sqlite-engine.ts";

const CAPABILITIES = { survivesCrash: true, file: true, globalOrder: true };
const OWNER = new URL("../conformance/fixtures/sqlite-owner.ts", import.meta.url);
const GUEST = new URL("../conformance/fixtures/sqlite-guest.ts", import.meta.url);

function makeLog(writes: "at once" | "later"): LogUnderTest {
  const folder = mkdtempSync(join(tmpdir(), "reeve-engine-"));
  const reads = new ReadCounter();
  let copies = 0;
  let file = join(folder, "0.db");
  let end = (): void => {};
  let current: CrashableStore | undefined;
  const openStore = () => {
    const opened = openSqliteStore(file, { durability: "os", access: "own", writer: "here" });
    const inner = writes === "later" ? writingLater(opened) : opened;
    const { store, kill } = (current = crashableStore(inner, reads));
    end = () => {
      const next = join(folder, `${++copies}.db`);
      for (const part of ["", "-wal"]) if (existsSync(file + part)) copyFileSync(file + part, next + part);
      kill();
      inner.close();
      file = next;
    };
    return store;
  };
  const openAsGuest = () => openSqliteStore(file, { durability: "os", access: "guest" });
  return {
    open: ({ clock }) => new EmbeddedEngine({ capabilities: CAPABILITIES, clock, openStore, openAsGuest }),
    crash: () => end(),
    crashAtWrite: (n, crashed) =>
      current?.killAtCommit(n, () => {
        end();
        crashed();
      }),
    storedBytes: () => bytesUsed(file),
    reads: () => reads.counted(),
    forkGuest: () => forkGuest(file),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** Without the room that is left in pages: a short run would fit into that of the first ones. */
function bytesUsed(file: string): number {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const row = database.prepare("SELECT sum(pgsize - unused) AS bytes FROM dbstat").get();
    return Number(row?.["bytes"]);
  } finally {
    database.close();
  }
}

function forkGuest(file: string): GuestProcess {
  const child = fork(GUEST, [file]);
  let asked = 0;
  const answer = async (id: number): Promise<unknown> => {
    for (;;) {
      const [message]: unknown[] = await once(child, "message");
      const answered: { id?: unknown; ok?: unknown; value?: unknown; error?: unknown } = Object(message);
      if (answered.id !== id) continue;
      assert(answered.ok === true, String(answered.error));
      return answered.value;
    }
  };
  const ready = answer(0);
  return {
    ask: async (request) => {
      await ready;
      const id = ++asked;
      const answered = answer(id);
      child.send({ id, request });
      return answered;
    },
    end: async () => {
      if (!child.connected) return;
      const exited = once(child, "exit");
      child.disconnect();
      const [code] = await exited;
      assert.equal(code, 0, "the guest ended badly");
    },
  };
}

test("E3 E9 E15 a killed owner's runs go on in the next process, which owned nothing while the first one lived", async () => {
  const folder = mkdtempSync(join(tmpdir(), "reeve-engine-"));
  const file = join(folder, "log.db");
  const owner = fork(OWNER, [file]);
  const ended = once(owner, "exit");
  try {
    await once(owner, "message");
    const worked: unknown[] = [];
    const pattern = sharedPattern((input) => worked.push(input));
    const refused = createRuntime({ patterns: [pattern], engine: sqliteEngine(file, { access: "own" }) });
    await assert.rejects(refused, { code: "file-owned", message: new RegExp(`process ${owner.pid} `) });
    owner.kill("SIGKILL");
    await ended;
    await using runtime = await createRuntime({
      patterns: [pattern],
      engine: sqliteEngine(file, { access: "own" }),
    });
    assert.deepEqual(await runtime.run("r").outcome(), { status: "completed", output: 1 });
    assert.deepEqual(worked, ["in"]);
  } finally {
    owner.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true });
  }
});

describeEngine(
  "SQLite engine",
  { capabilities: CAPABILITIES, makeLog: () => makeLog("at once") },
  vitestRunner,
);
describeEngine(
  "SQLite engine whose commits take their time",
  { capabilities: CAPABILITIES, makeLog: () => makeLog("later") },
  vitestRunner,
);
