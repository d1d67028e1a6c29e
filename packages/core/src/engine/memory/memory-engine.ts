/** The engine for tests and for work that may be forgotten. */
import { systemClock, type Clock } from "../../clock.ts";
import { keysInMemory, type SecretKeys } from "../../secrets/keys.ts";
import { EmbeddedEngine } from "../embedded/embedded-engine.ts";
import type { Engine } from "../engine.ts";
import { MEMORY_CAPABILITIES, openMemoryStore, type MemoryLog } from "./memory-store.ts";

export interface MemoryEngineOptions {
  /** @default the machine's clock */
  readonly clock?: Clock;
  /** A log to go on with. @default a new one */
  readonly log?: MemoryLog;
}

/** A log that is gone on with is sealed with the same key. */
const keysOfLogs = new WeakMap<MemoryLog, SecretKeys>();

/** An engine that keeps its log in memory: nothing outlives the process. */
export function memoryEngine(options: MemoryEngineOptions = {}): Engine {
  const { log, clock = systemClock() } = options;
  return new EmbeddedEngine({
    capabilities: MEMORY_CAPABILITIES,
    clock,
    keys: (given) => keysOf(log, given),
    openStore: () => openMemoryStore(log),
  });
}

function keysOf(log: MemoryLog | undefined, given: string | undefined): SecretKeys {
  if (given !== undefined) return keysInMemory(given);
  const keys = (log && keysOfLogs.get(log)) ?? keysInMemory();
  if (log) keysOfLogs.set(log, keys);
  return keys;
}
