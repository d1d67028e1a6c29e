/** The event loop's delay in a process under load; in-child.ts can make the disk slow for it. */
import { createRuntime, sequential, sqliteEngine } from "reeve";
import { counter, Value } from "./bench-agents.ts";
import { LoopProbe, type Holds } from "./loop-probe.ts";

export interface LoopDelayOptions {
  readonly file: string;
  readonly atOnce: number;
  readonly seconds: number;
}

export interface LoopDelayResult extends Holds {
  readonly runsPerSecond: number;
}

const WARM_UP_SECONDS = 1;

const three = sequential("bench.three", {
  input: Value,
  steps: [counter("a"), counter("b"), counter("c")],
});

export async function measureLoopDelay(options: LoopDelayOptions): Promise<LoopDelayResult> {
  const runtime = await createRuntime({ patterns: [three], engine: sqliteEngine(options.file) });
  let [ended, until] = [0, performance.now() + WARM_UP_SECONDS * 1_000];
  const value = { n: 0, text: "x".repeat(16) };
  const client = async (): Promise<void> => {
    while (performance.now() < until) {
      const outcome = await (await runtime.start(three.name, value)).outcome();
      if (outcome.status !== "completed") throw new Error(`a run ended as ${outcome.status}`);
      ended++;
    }
  };
  const clients = (): Promise<unknown> => Promise.all(Array.from({ length: options.atOnce }, client));
  await clients();
  const probe = new LoopProbe();
  ended = 0;
  until = performance.now() + options.seconds * 1_000;
  probe.start();
  await clients();
  const holds = probe.stop();
  await runtime.close();
  return { ...holds, runsPerSecond: ended / options.seconds };
}
