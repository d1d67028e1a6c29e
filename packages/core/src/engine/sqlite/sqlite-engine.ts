/** The engine that keeps its log in one SQLite file. */
import { resolve } from "node:path";
import { systemClock, type Clock } from "../../clock.ts";
import { keysInFile } from "../../secrets/keys.ts";
import { EmbeddedEngine } from "../embedded/embedded-engine.ts";
import type { Engine } from "../engine.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";

export interface SqliteEngineOptions {
  /**
   * "fsync": what was acknowledged survives a power cut. "os": it survives a killed process, not a power cut.
   * @default "fsync"
   */
  readonly durability?: "fsync" | "os";
  /**
   * "own": be the one process that executes runs, or fail. "guest": never execute; read, and ask the owner to start,
   * cancel and signal. "auto": own the file if it is free, else be a guest.
   * @default "auto"
   */
  readonly access?: "auto" | "own" | "guest";
  /** @default the machine's clock */
  readonly clock?: Clock;
}

/**
 * An engine that keeps its log in one SQLite file, which is made when it is not there. Opening it may reject with a
 * ReeveError `file-owned`, `file-not-reeve`, `file-too-new`, `file-damaged`, `storage-unavailable`
 */
export function sqliteEngine(file: string, options: SqliteEngineOptions = {}): Engine {
  const { durability = "fsync", access = "auto", clock = systemClock() } = options;
  return new EmbeddedEngine({
    file: resolve(file),
    capabilities: { survivesCrash: true, file: true, globalOrder: true },
    clock,
    keys: (given) => keysInFile(`${resolve(file)}.key`, given),
    openStore: () => openSqliteStore(file, { durability, access }),
    openAsGuest: () => openSqliteStore(file, { durability, access: "guest" }),
  });
}
