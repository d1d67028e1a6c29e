/** The process behind in-child.ts: runs the measurement named by the first argument. */
import { measureLongRuns } from "./long-runs.ts";
import { measureLoopDelay } from "./loop-delay.ts";
import { measurePages } from "./measure-pages.ts";
import { makeFinishedRuns } from "./make-finished-runs.ts";
import { measureRepeats } from "./repeats.ts";
import { makeUnfinishedRuns, measureRestart } from "./restart.ts";
import { measureRetention } from "./retention.ts";
import { measureWaiting } from "./waiting-runs.ts";

const measurements = {
  measureWaiting,
  makeUnfinishedRuns,
  measureRestart,
  measureLongRuns,
  makeFinishedRuns,
  measurePages,
  measureRetention,
  measureLoopDelay,
  measureRepeats,
};

export type Measurements = typeof measurements;

const [name, options] = process.argv.slice(2);
const measure = Object.entries(measurements).find(([known]) => known === name)?.[1];
if (!measure || options === undefined) throw new Error(`there is no measurement '${name}'`);
// Both sides are of the same code: in-child.ts checks the options' type.
const result: unknown = await measure(JSON.parse(options) as never);
process.stdout.write(`${JSON.stringify(result)}\n`);
