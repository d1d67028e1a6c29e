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
