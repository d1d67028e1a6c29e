import { expect, test } from "vitest";
import { ManualClock } from "../../clock.ts";
import { ReeveError } from "../../errors.ts";
import { approval } from "../../patterns/approval.ts";
import { sequential } from "../../patterns/sequential.ts";
import { createRuntime } from "../../runtime.ts";
import { MEMORY_CAPABILITIES, MemoryLog, openMemoryStore } from "../memory/memory-store.ts";
import type { InboxRow } from "../store.ts";
import { EmbeddedEngine } from "./embedded-engine.ts";

const busy = new ReeveError("storage-unavailable", "the file is busy", { retryable: true });
const pattern = sequential("ask", { steps: [approval("ok")] });

test("a request of another process whose reading failed is taken once it can be read", async () => {
  const clock = new ManualClock();
  const reported: string[] = [];
  const inbox: InboxRow[] = [];
  const other: { hasWritten: boolean; failure: Error | undefined } = {
    hasWritten: false,
    failure: undefined,
  };
  const memory = openMemoryStore(new MemoryLog());
  const engine = new EmbeddedEngine({
    capabilities: MEMORY_CAPABILITIES,
    clock,
    openStore: () => ({
      ...memory,
      capabilities: { ...MEMORY_CAPABILITIES, file: true },
      inbox: () => {
        if (other.failure) throw other.failure;
        return [...inbox];
      },
      // As a file's store does, it tells of each write once.
      foreignWrite: () => {
        const { hasWritten } = other;
        other.hasWritten = false;
        return hasWritten;
      },
    }),
  });
  await using runtime = await createRuntime({
    patterns: [pattern],
    engine,
    report: ({ what }) => reported.push(what),
  });
  const run = await runtime.start(pattern, undefined, { id: "run" });
  inbox.push({ id: 1, request: { kind: "cancel", run: "run", reason: "not needed", by: "Ann" } });
  other.hasWritten = true;
  other.failure = busy;
  clock.advance(1_000);
  expect(reported).toEqual(["reading what other processes wrote"]);
  other.failure = undefined;
  clock.advance(100);
  expect(await run.outcome()).toMatchObject({ status: "cancelled", reason: "not needed" });
});
