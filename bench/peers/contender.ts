/**
 * What is compared, and what the bench and a contender's process say to each other. Every contender runs in a process
 * of its own (host.ts), which starts the servers it needs and stops them; the bench only sends work and takes samples.
 */

/** The first argument of a step, and its result: one more, the text carried along. */
export interface Value {
  readonly n: number;
  readonly text: string;
}

export type Steps = 1 | 3 | 9;

/** One durable engine, ready to take work. */
export interface Contender {
  /** Name and version of every part, as the parts themselves tell. */
  readonly version: string;
  /** One durable run; settles when its outcome is known to the one who started it. */
  run(steps: Steps, value: Value): Promise<Value>;
  /** Lets go of everything `open` took, servers included. */
  close(): Promise<void>;
}

/** A contender's module exports this as `open`; `folder` is empty and its own. */
export type Open = (folder: string) => Promise<Contender>;

/** Closed loop: `atOnce` clients, each starting its next run when its last one ended. */
export interface Work {
  readonly steps: Steps;
  readonly atOnce: number;
  readonly warmUpSeconds: number;
  /** No run starts later than this; each client makes one run at least, and all started runs are awaited. */
  readonly seconds: number;
}

/** `runsPerSecond` counts all runs, from the first start to the last end. */
export interface Sample {
  readonly runs: number;
  readonly runsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export type Command = { readonly kind: "measure"; readonly work: Work } | { readonly kind: "stop" };

export type Reply =
  | { readonly kind: "server"; readonly pid: number; readonly killSignal: NodeJS.Signals }
  | { readonly kind: "ready"; readonly version: string }
  | { readonly kind: "missing"; readonly remedy: string }
  | { readonly kind: "measured"; readonly sample: Sample }
  | { readonly kind: "failed"; readonly reason: string };
