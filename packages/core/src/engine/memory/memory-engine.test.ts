/** The memory engine passes the conformance suite; a crash leaves what was committed to its `MemoryLog`. */
import { encode } from "../../delegation/codec.ts";
import { describeEngine } from "../conformance/describe-engine.ts";
import { crashableStore, ReadCounter, type CrashableStore } from "../conformance/fixtures/crashable-store.ts";
import { vitestRunner } from "../conformance/fixtures/vitest-runner.ts";
import type { LogUnderTest } from "../conformance/log-under-test.ts";
import { EmbeddedEngine } from "../embedded/embedded-engine.ts";
import { MEMORY_CAPABILITIES, MemoryLog, openMemoryStore } from "./memory-store.ts";

function makeLog(): LogUnderTest {
  const log = new MemoryLog();
  const reads = new ReadCounter();
  let current: CrashableStore | undefined;
  const openStore = () => {
    current = crashableStore(openMemoryStore(log), reads);
    return current.store;
  };
  return {
    open: ({ clock }) => new EmbeddedEngine({ capabilities: MEMORY_CAPABILITIES, clock, openStore }),
    crash: () => current?.kill(),
    crashAtWrite: (n, crashed) =>
      current?.killAtCommit(n, () => {
        current?.kill();
        crashed();
      }),
    storedBytes: () => Buffer.byteLength(encode([log.runs, log.payloads, log.events, log.checkpoints])),
    reads: () => reads.counted(),
    remove: () => {},
  };
}

describeEngine("memory engine", { capabilities: MEMORY_CAPABILITIES, makeLog }, vitestRunner);
