/**
 * A log on a disk that fails when the test wants it to: the process crashes at a write, the disk is full, or slow. The
 * log outlives crashes, in memory or in an SQLite file, and can be opened again.
 *
 * Owns the log and the lives of the process on it. Invariant: one engine at a time is open on the log.
 */
import { resolve } from "node:path";
import { ManualClock, systemClock, type Clock } from "../clock.ts";
import { EmbeddedEngine } from "../engine/embedded/embedded-engine.ts";
import type { Engine } from "../engine/engine.ts";
import { MEMORY_CAPABILITIES, MemoryLog, openMemoryStore } from "../engine/memory/memory-store.ts";
import { openSqliteStore } from "../engine/sqlite/open-sqlite-store.ts";
import type { Store } from "../engine/store.ts";
import { ReeveError } from "../errors.ts";
import { keysInFile, keysInMemory, type SecretKeys } from "../secrets/keys.ts";
import { seededRandom } from "../random.ts";
import { closeAsKilled } from "./crash-files.ts";
import { faultyStore, type FaultyStore, type WriteFault } from "./faulty-store.ts";
import { overlay } from "./overlay.ts";

export interface FaultyDiskOptions {
  /** Keeps the log in this SQLite file, made when it is not there. @default in memory */
  readonly file?: string;
}

export interface CrashOptions {
  /** "before": the write is lost. "after": it is stored, and nobody is told. @default "before" */
  readonly side?: "before" | "after";
  /** Called when the process has crashed. */
  readonly then?: () => void;
}

/** Opens an engine on the disk's log; what `createTestRuntime({ engine })` takes. */
export type OpenEngine = (options?: {
  /** A `ManualClock` is moved to where the life before ended. @default the machine's clock */
  readonly clock?: Clock;
}) => Engine;

/** One life of the process. */
interface Life {
  readonly store: FaultyStore;
  readonly inner: Store;
  readonly clock: Clock;
}

/** Turns of the event loop that a test's code has, after its process crashed, to notice and clear away. */
const LAST_TURNS = 50;

export class FaultyDisk {
  /** The same id in every repetition, since keys are made of it. */
  readonly #log = new MemoryLog(seededRandom(1));
  readonly #file: string | undefined;
  #life: Life | undefined;
  #hasCrashed = false;
  #writes = 0;
  #crash: { readonly at: number; readonly options: CrashOptions } | undefined;
  #isFull = false;
  #slowMs = 0;
  /** When the last life was seen alive, epoch milliseconds. */
  #latest = -Infinity;
  #onCrash: (() => void) | undefined;
  /** Of a log in memory, in all its lives. */
  readonly #keys: SecretKeys = keysInMemory();

  constructor(options: FaultyDiskOptions = {}) {
    this.#file = options.file === undefined ? undefined : resolve(options.file);
  }

  /** How many writes have been stored, in all lives. A write is one commit: all that happened in one turn. */
  get writes(): number {
    return this.#writes;
  }

  /** Whether the process has crashed and the log was not opened again. */
  get hasCrashed(): boolean {
    return this.#hasCrashed;
  }

  /** Opens an engine; again after the one before crashed or was closed. */
  readonly engine: OpenEngine = ({ clock = systemClock() } = {}) => {
    if (clock instanceof ManualClock && clock.now() < this.#latest) clock.advance(this.#latest - clock.now());
    const file = this.#file;
    const capabilities = { ...MEMORY_CAPABILITIES, ...(file ? { survivesCrash: true, file: true } : {}) };
    return new EmbeddedEngine({
      capabilities,
      clock,
      keys: (given) =>
        file ? keysInFile(`${file}.key`, given) : given === undefined ? this.#keys : keysInMemory(given),
      openStore: () => this.#open(clock),
      ...(file === undefined
        ? {}
        : { file, openAsGuest: () => openSqliteStore(file, { durability: "os", access: "guest" }) }),
    });
  };

  /** Ends the process now: nothing is written, acknowledged or begun from here on. Without one it does nothing. */
  crash(): void {
    this.#life?.store.crash();
    this.#die();
  }

  /**
   * Ends the process at the n-th write from now on, counted from 1; replaces an arrangement before. `Infinity`: never.
   * @throws ReeveError `option-invalid`
   */
  crashAtWrite(n: number, options: CrashOptions = {}): void {
    if (!((Number.isInteger(n) || n === Infinity) && n >= 1))
      throw new ReeveError("option-invalid", `crashAtWrite(${n}): give a whole number, 1 or more`);
    this.#crash = { at: this.#writes + n, options };
  }

  /** From now on every write is refused with `storage-unavailable`, until `free`. Runs pause, and lose nothing. */
  fill(): void {
    this.#isFull = true;
  }

  free(): void {
    this.#isFull = false;
  }

  /**
   * Each write takes `ms` milliseconds more: by a `ManualClock`, else by blocking as a slow disk does. 0 ends it.
   * @throws ReeveError `option-invalid`
   */
  slow(ms: number): void {
    if (!(ms >= 0 && ms < Infinity))
      throw new ReeveError("option-invalid", `slow(${ms}): give milliseconds, 0 or more`);
    this.#slowMs = ms;
  }

  /**
   * Lives until the end: calls `life`, and again whenever the process crashed during it. Gives what the life gives
   * that did not crash.
   */
  async live<Result>(life: (engine: OpenEngine) => Promise<Result>): Promise<Result> {
    for (;;) {
      this.#hasCrashed = false;
      const crashed = new Promise<void>((resolve) => (this.#onCrash = resolve)).then(lastTurns);
      const living = life(this.engine).then(
        (result) => ({ result }),
        (error: unknown) => {
          // What comes after a crash comes of it.
          if (!this.#hasCrashed) throw error;
          return undefined;
        },
      );
      const lived = await Promise.race([living, crashed]);
      if (lived && !this.#hasCrashed) return lived.result;
    }
  }

  #open(clock: Clock): Store {
    if (this.#life) {
      throw new ReeveError("engine-in-use", "an engine is open on this disk", {
        hint: "close its runtime, or crash it, before the log is opened again",
      });
    }
    const file = this.#file;
    const inner = file
      ? openSqliteStore(file, { durability: "os", access: "own" })
      : openMemoryStore(this.#log);
    const store = faultyStore(inner, {
      at: () => this.#faultAt(clock),
      stored: () => void this.#writes++,
      crashed: () => this.#die(),
    });
    const life: Life = { store, inner, clock };
    this.#life = life;
    this.#hasCrashed = false;
    return overlay(store.store, { close: () => this.#close(life) });
  }

  #faultAt(clock: Clock): WriteFault {
    if (this.#slowMs > 0) pass(this.#slowMs, clock);
    if (this.#isFull) return "refuse";
    const { at, options } = this.#crash ?? {};
    if (at !== this.#writes + 1) return "none";
    return options?.side === "after" ? "crash-after" : "crash-before";
  }

  #die(): void {
    const life = this.#life;
    if (!life) return;
    this.#leave(life);
    this.#hasCrashed = true;
    if (this.#file) closeAsKilled(this.#file, () => life.inner.close());
    const then = this.#crash?.options.then;
    this.#crash = undefined;
    this.#onCrash?.();
    then?.();
  }

  /** A runtime closes its engine also after the crash; then it is another life's log, or nobody's. */
  #close(life: Life): void {
    if (this.#life !== life) return;
    this.#leave(life);
    life.inner.close();
  }

  #leave(life: Life): void {
    this.#life = undefined;
    this.#latest = Math.max(this.#latest, life.clock.now());
  }
}

/** Time that a write takes; nothing else happens meanwhile, as a write blocks the event loop. */
function pass(ms: number, clock: Clock): void {
  if (clock instanceof ManualClock) clock.stall(ms);
  else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

async function lastTurns(): Promise<undefined> {
  for (let turn = 0; turn < LAST_TURNS; turn++)
    await new Promise<void>((resolve) => void setImmediate(resolve));
}
