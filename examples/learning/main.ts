/**
 * Two ways to do the same work. One turns bad, and the tasks move to the other; it is mended, and they come back.
 * Nobody tells Reeve: it learns from how the runs end. `node -C source examples/learning/main.ts`
 */
import { createRuntime, memoryEngine, seededRandom } from "reeve";
import { couriers, deliveryBy } from "./couriers.ts";
import { head, lineOf } from "./tell.ts";

const BATCH = 40;
const chapters = [
  {
    batches: 5,
    title: "Two couriers, of whom nothing is known. Swift brings 90 % of its parcels, steady 70 %.",
  },
  { batches: 3, title: "Swift begins to lose parcels: only 20 % arrive. Nobody tells Reeve.", swift: 0.2 },
  { batches: 8, title: "Swift is mended: 90 % again. Nobody tells Reeve that either.", swift: 0.9 },
];

// The same chances in every run of the example; leave the seeds out to see others.
const luck = seededRandom(1);
const patterns = [deliveryBy("swift", () => luck.next()), deliveryBy("steady", () => luck.next())];
await using runtime = await createRuntime({ patterns, engine: memoryEngine(), random: seededRandom(101) });

let task = 0;
for (const { title, batches, swift } of chapters) {
  console.log(`\n${title}\n${head}`);
  if (swift !== undefined) couriers.swift.reliability = swift;
  for (let batch = 0; batch < batches; batch++) {
    const from = task;
    const chosen = new Map<string, number>();
    let arrived = 0;
    for (; task < from + BATCH; task++) {
      const run = await runtime.delegate({ domain: "parcels" }, task);
      const outcome = await run.outcome();
      const { pattern } = await run.record();
      chosen.set(pattern, (chosen.get(pattern) ?? 0) + 1);
      if (outcome.status === "completed") arrived++;
    }
    console.log(await lineOf({ from, to: task, chosen, arrived }, runtime));
  }
  const { reason } = await runtime.choose({ domain: "parcels" });
  console.log(`   → ${reason}`);
}
