/**
 * Shows one simulation: `node -C source replay.ts <seed> [<commit>:<before|after>:<down ms> …]` prints events, ledger
 * and faults of that seed's program, crashed at these commits one life after the other.
 */
import { judge } from "./judge.ts";
import { simulate } from "./simulate.ts";
import type { Crash } from "./crash.ts";

const [seedText, ...points] = process.argv.slice(2);
const seed = Number(seedText);
const crashes = points.map((point): Crash => {
  const [commit, side, downMs] = point.split(":");
  return {
    atCommit: Number(commit),
    side: side === "after" ? "after" : "before",
    downMs: Number(downMs ?? 0),
  };
});
const undisturbed = judge(await simulate(seed, []));
const simulated = await simulate(seed, crashes);
const print = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
for (const { version: _version, run: _run, position: _position, ...event } of simulated.events) print(event);
for (const entry of simulated.ledger) print(entry);
for (const { crash, points: kinds } of simulated.crashes) print({ ...crash, at: [...kinds] });
print({ undisturbed: undisturbed.judged.simulated.outcome });
print({ crashed: simulated.outcome });
print({ faults: judge(simulated, undisturbed.judged).faults });
