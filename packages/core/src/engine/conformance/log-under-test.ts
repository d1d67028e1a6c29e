/**
 * What the conformance suite asks of whoever tests an engine: a log that engines can be opened on, one after the
 * other, and the test functions of their test runner.
 */
import type { Clock } from "../../clock.ts";
import type { Capabilities, Engine } from "../engine.ts";

/** One log, empty at first. */
export interface LogUnderTest {
  /** An engine on the log; asked for again after the one before was closed or crashed. */
  open(options: { readonly clock: Clock }): Engine;
  /**
   * Ends the engine as a killed process ends: from this call on it neither writes nor acknowledges nor begins
   * anything. What it has not written is lost. Synchronous, so that a test can crash at a point of its choice.
   * Needed where the engine survives crashes.
   */
  readonly crash?: () => void;
  /**
   * Arranges that the engine crashes when it is about to write for the n-th time from now on: that write is lost, and
   * `crashed` is called. Replaces an arrangement before.
   */
  readonly crashAtWrite?: (n: number, crashed: () => void) => void;
  /** The storage the log takes, in bytes; asked while no engine is open. */
  readonly storedBytes?: () => number;
  /** What was read from storage so far, by all engines on the log. */
  readonly reads?: () => StorageReads;
  /** Starts another process that opens the log as a guest and calls `serveGuest`. Needed where the log is a file. */
  readonly forkGuest?: () => GuestProcess;
  /** Frees what the log takes; the engine is closed or crashed by then. */
  remove(): void | Promise<void>;
}

export interface StorageReads {
  /** Values behind references. */
  readonly payloads: number;
  /** The most events read at once. */
  readonly pageEventsMax: number;
  /** Events of single runs, as often as they were read. */
  readonly events: number;
}

/** Another process that has opened the log as a guest. */
export interface GuestProcess {
  /** Hands the request to `serveGuest` in that process; resolves with its answer. */
  ask(request: GuestRequest): Promise<unknown>;
  end(): Promise<void>;
}

/** What a guest is asked to do with runs of the pattern `shared` of serve-guest.ts. */
export type GuestRequest =
  | { readonly ask: "start"; readonly run: string; readonly input: string }
  | { readonly ask: "signal"; readonly run: string; readonly answer: string }
  | { readonly ask: "cancel"; readonly run: string; readonly reason: string }
  | { readonly ask: "outcome"; readonly run: string };

export interface EngineKind {
  readonly capabilities: Capabilities;
  /** Makes a new, empty log. */
  makeLog(): LogUnderTest;
}

/** The functions of a test runner; `skip` prints the title with the reason. */
export interface TestRunner {
  describe(name: string, body: () => void): void;
  test(title: string, body: () => Promise<void>): void;
  skip(title: string, reason: string): void;
}
