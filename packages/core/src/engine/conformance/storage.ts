/** E12: an output is stored once, and a run's storage grows linearly with its steps. */
import assert from "node:assert/strict";
import { seededRandom } from "../../random.ts";
import { approval } from "../../patterns/approval.ts";
import { delay } from "../../patterns/delay.ts";
import { forEach } from "../../patterns/for-each.ts";
import { parallel } from "../../patterns/parallel.ts";
import { sequential } from "../../patterns/sequential.ts";
import type { Pattern } from "../../delegation/pattern.ts";
import type { Check } from "./check.ts";
import type { Trial } from "./trial.ts";

/** Outweighs what the log takes without it. */
const OUTPUT_BYTES = 900_000;
/** The most that what goes with one such output may add to it. */
const SAME_MAX = 1.2;
const STEPS = 200;
/** What ten times the steps may cost; the rest is for pages that are not full. */
const GROWTH_MAX = 11;

export const storage: readonly Check[] = [
  {
    title: "E12 an output that many steps are handed, and the run returns, is stored once",
    needs: ["stored-bytes"],
    run: async (trial) => {
      const make = trial.agent("make", () => incompressible(OUTPUT_BYTES));
      const see = (name: string) => trial.agent(name, (input) => String(input).length);
      const inner = parallel("inner", { tasks: { one: see("one"), two: see("two") } });
      const made = sequential("made", { steps: [make] });
      const handed = sequential("handed", { steps: [make, delay(0), approval("ok"), inner] });
      const returned = sequential("returned", { steps: [make, approval("ok"), delay(0)] });
      const costs: number[] = [];
      for (const pattern of [made, handed, returned]) {
        const before = await sizeAfter(trial, async () => {});
        const after = await sizeAfter(trial, async () => {
          const run = await (await trial.open([pattern])).start(pattern.name, 0);
          if (pattern !== made) await run.signal("ok");
          await trial.advance(0);
          assert.equal((await trial.outcome(run)).status, "completed");
          await trial.advance(0);
        });
        costs.push(after - before);
      }
      const [once = 0, ...others] = costs;
      assert.ok(once < SAME_MAX * OUTPUT_BYTES, `${once} bytes for a value of ${OUTPUT_BYTES}`);
      for (const cost of others)
        assert.ok(cost < SAME_MAX * once, `${cost} bytes, and ${once} for one value`);
    },
  },
  {
    title: "E12 events hold no values",
    run: async (trial) => {
      const secret = "a value that is nowhere but in its payload";
      const each = forEach("each", { items: () => [secret], step: trial.agent("item") });
      const ask = approval("ok", { merge: (_input: unknown, answer: unknown) => answer });
      const sub = trial.agent("sub", (_input, ctx) => ctx.run("one", () => secret));
      const pattern = sequential("p", { steps: [trial.agent("make", () => secret), each, ask, sub] });
      const run = await (await trial.open([pattern])).start(pattern, secret);
      await run.signal("ok", secret);
      assert.deepEqual(await trial.outcome(run), { status: "completed", output: secret });
      assert.ok(!JSON.stringify(await trial.events()).includes(secret));
    },
  },
  {
    title: "E12 ten times the items cost about ten times the storage",
    needs: ["stored-bytes"],
    run: async (trial) => {
      const items = (count: unknown): readonly string[] =>
        Array.from({ length: Number(count) }, (_, index) => `item ${index}`);
      const pattern = forEach("p", { items, step: trial.agent("item"), concurrencyMax: 50 });
      await assertLinear(trial, pattern, pattern);
    },
  },
  {
    title: "E12 ten times the steps in a row cost about ten times the storage",
    needs: ["stored-bytes"],
    run: async (trial) => {
      const row = (count: number): Pattern =>
        sequential(`row-${count}`, {
          steps: Array.from({ length: count }, (_, index) => trial.agent(`step-${index}`)),
        });
      await assertLinear(trial, row(STEPS), row(10 * STEPS));
    },
  },
];

async function assertLinear(trial: Trial, few: Pattern, many: Pattern): Promise<void> {
  const empty = await sizeAfter(trial, async () => {});
  const small = await sizeAfter(trial, () => complete(trial, few, STEPS));
  const large = await sizeAfter(trial, () => complete(trial, many, 10 * STEPS));
  const growth = (large - small) / (small - empty);
  assert.ok(
    growth <= GROWTH_MAX,
    `${small - empty} bytes for ${STEPS} steps, ${large - small} for ten times as many`,
  );
}

async function complete(trial: Trial, pattern: Pattern, input: number): Promise<void> {
  const run = await (await trial.open([pattern])).start(pattern.name, input);
  assert.equal((await trial.outcome(run)).status, "completed");
}

/** The log's size with nothing open, after `work` was done on it. */
async function sizeAfter(trial: Trial, work: () => Promise<void>): Promise<number> {
  if (trial.life === 0) {
    await trial.open([]);
    await trial.close();
  }
  await work();
  await trial.close();
  assert(trial.log.storedBytes);
  return trial.log.storedBytes();
}

function incompressible(bytes: number): string {
  const random = seededRandom(bytes);
  // All of the two-byte range without surrogates: three bytes of UTF-8 hold 15 bits of chance.
  const letter = (): string => String.fromCharCode(0x4000 + Math.floor(random.next() * 0x8000));
  return Array.from({ length: bytes / 3 }, letter).join("");
}
