/**
 * The SQLite engine passes the conformance suite. A crash goes on with a copy of the files as they were at that
 * moment, as the next process would find them.
 */
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeEngine } from "../conformance/describe-engine.ts";
import { crashableStore, ReadCounter } from "../conformance/fixtures/crashable-store.ts";
import { vitestRunner } from "../conformance/fixtures/vitest-runner.ts";
import type { GuestProcess, LogUnderTest } from "../conformance/log-under-test.ts";
import { EmbeddedEngine } from "../embedded/embedded-engine.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";

const CAPABILITIES = { survivesCrash: true, file: true, globalOrder: true };
const GUEST = new URL("../conformance/fixtures/sqlite-guest.ts", import.meta.url);

function makeLog(): LogUnderTest {
  const folder = mkdtempSync(join(tmpdir(), "reeve-engine-"));
  const reads = new ReadCounter();
  let copies = 0;
  let file = join(folder, "0.db");
  let end = (): void => {};
  const openStore = () => {
    const inner = openSqliteStore(file, { durability: "os", access: "own" });
    const { store, kill } = crashableStore(inner, reads);
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
    storedBytes: () => ["", "-wal"].reduce((sum, part) => sum + sizeOf(file + part), 0),
    reads: () => reads.counted(),
    forkGuest: () => forkGuest(file),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

function sizeOf(file: string): number {
  return existsSync(file) ? statSync(file).size : 0;
}

function forkGuest(file: string): GuestProcess {
  const child = fork(GUEST, [file]);
  const answer = async (): Promise<unknown> => {
    const [message] = await once(child, "message");
    assert(message.ok, message.error);
    return message.value;
  };
  const ready = answer();
  return {
    ask: async (request) => {
      await ready;
      const answered = answer();
      child.send(request);
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

describeEngine("SQLite engine", { capabilities: CAPABILITIES, makeLog }, vitestRunner);
