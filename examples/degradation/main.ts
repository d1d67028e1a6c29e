/** A day at the desk: the same chain, whatever the machine is busy with. */
import { createRuntime, memoryEngine, type ResourceUse, type RunHandle } from "reeve";
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeAnalysis, type Text } from "./analysis.ts";

const letter: Text = {
  title: "letter",
  text: "The reeve kept the estate. He counted the sheep of the estate, and the barns. Rain came. The estate had a reeve who counted.",
};
const list: Text = { title: "list", text: "sheep, barns, sheep, carts, sheep" };

/** How busy the machine is, hour by hour, and what is to be analysed then. */
const day: readonly (readonly [hour: string, use: ResourceUse, text: Text])[] = [
  ["08:00", { cpu: 0.2, memory: 0.4 }, letter],
  ["09:00", { cpu: 0.3, memory: 0.4 }, list],
  ["11:00", { cpu: 0.75, memory: 0.5 }, letter],
  ["12:00", { cpu: 0.97, memory: 0.7 }, letter],
  ["15:00", { cpu: 0.4, memory: 0.95 }, letter],
  ["18:00", { cpu: 0.1, memory: 0.4 }, letter],
];

await using folder = await mkdtempDisposable(join(tmpdir(), "degradation-"));
const analysis = makeAnalysis(folder.path);
let use: ResourceUse = { cpu: 0, memory: 0 };
await using runtime = await createRuntime({
  patterns: [analysis],
  engine: memoryEngine(),
  resources: { now: () => use },
});
for (const [hour, busy, text] of day) {
  use = busy;
  const run = await runtime.start(analysis, text);
  const outcome = await run.outcome();
  if (outcome.status !== "completed") throw new Error(`the analysis ended as ${outcome.status}`);
  console.log(`${hour}  ${(outcome.level ?? "").padEnd(8)}  the ${text.title} ${outcome.output}`);
  for (const why of await whyNotBetter(run)) console.log(`       ${why}`);
}

/** Which levels were passed over or failed, and why. */
async function whyNotBetter(run: RunHandle): Promise<string[]> {
  const told: string[] = [];
  for await (const event of run.events({ follow: false })) {
    if (event.kind === "value-recorded" && typeof event.decision === "string")
      told.push(`${event.path.replace("/!level", "")}: ${event.decision}`);
    if (event.kind === "attempt-failed") told.push(`${event.path}: failed, ${event.error.message}`);
  }
  return told;
}
