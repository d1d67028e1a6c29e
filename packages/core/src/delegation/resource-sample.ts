/** What is measured of the process that owns a log: the one thing in it that no run brings about. */

/** What one process used, and how its event loop and its log fared, since the sample before. */
export interface ProcessSample {
  /** Tells processes apart. */
  readonly pid: number;
  /** The time that was measured, in milliseconds. */
  readonly elapsedMs: number;
  /** Processor time of all threads. */
  readonly cpuMs: number;
  readonly residentBytes: number;
  readonly heapBytes: number;
  /** Memory of buffers and the like, outside of the heap. */
  readonly externalBytes: number;
  /** Time in garbage collection, and its longest pause. */
  readonly gcMs: number;
  readonly gcMsMax: number;
  /** How late the event loop came to its timers. */
  readonly loopDelayMsP50: number;
  readonly loopDelayMsP99: number;
  readonly loopDelayMsMax: number;
  /** The share of time in which the event loop was busy, 0 to 1. */
  readonly loopUtilization: number;
  /** Sockets, timers, files and the like that are open. */
  readonly handles: number;
  /** Of the log's file with its write-ahead log; 0 where the log is no file. */
  readonly fileBytes: number;
  /** How large the heap may grow; missing in older logs, as what follows. */
  readonly heapLimitBytes?: number;
  /** What is free for the log where it is a file. */
  readonly diskFreeBytes?: number;
  /** Of the processors and of the memory that the process may use: the share that is in use, by whomever, 0 to 1. */
  readonly machineCpu?: number;
  readonly machineMemory?: number;
  /** A digest of the settings that the process goes by, without secrets: another one is another configuration. */
  readonly settings?: string;
  /** Of the exporters of this process; absent where there is none. */
  readonly exports?: readonly ExportLag[];
  /** Absent where nothing was chosen. */
  readonly choices?: ChoiceTimes;
}

/** How far an exporter was behind the log. */
export interface ExportLag {
  readonly name: string;
  /** Events that were not exported, or found not worth it, yet. */
  readonly events: number;
  /** For how long it has not reached what was in the log, in milliseconds; missing in older logs. */
  readonly lagMs?: number;
  /** What its receiver refused for good since the sample before, such as spans; absent: nothing. */
  readonly refused?: number;
}

/**
 * Upper bounds in milliseconds, inclusive, by which choices are counted in a sample. Others are another length of the
 * counts, so that older samples are told apart.
 */
export const CHOICE_BOUNDS_MS: readonly number[] = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 1_000];

/** How long choosing patterns took. */
export interface ChoiceTimes {
  /** One more than there are bounds: the last counts what is above all of them. */
  readonly counts: readonly number[];
  readonly sumMs: number;
}

/** With what only the engine can measure. */
export interface ResourceSample extends ProcessSample {
  readonly commits: number;
  readonly committedEvents: number;
  /** From when a batch was handed to the store until it was durable. */
  readonly commitMsMean: number;
  readonly commitMsMax: number;
}
