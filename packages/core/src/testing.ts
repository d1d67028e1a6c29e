/** What tests of patterns, and of engines of one's own, need. */
export { ManualClock } from "./clock.ts";
export { describeEngine } from "./engine/conformance/describe-engine.ts";
export type {
  EngineKind,
  GuestProcess,
  GuestRequest,
  LogUnderTest,
  StorageReads,
  TestRunner,
} from "./engine/conformance/log-under-test.ts";
export { serveGuest } from "./engine/conformance/serve-guest.ts";
export { memoryEngine, type MemoryEngineOptions } from "./engine/memory/memory-engine.ts";
export { seededRandom, type Random } from "./random.ts";
export {
  crashAtEveryWrite,
  type EveryWrite,
  type EveryWriteOptions,
} from "./testing/crash-at-every-write.ts";
export {
  createTestRuntime,
  type TestRuntime,
  type TestRuntimeOptions,
} from "./testing/create-test-runtime.ts";
export {
  FaultyDisk,
  type CrashOptions,
  type FaultyDiskOptions,
  type OpenEngine,
} from "./testing/faulty-disk.ts";
export type { SkipOptions, TestTime } from "./testing/test-time.ts";
export { sleep } from "./testing/work.ts";
