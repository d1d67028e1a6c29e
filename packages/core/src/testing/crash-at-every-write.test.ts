import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { agent } from "../delegation/agent.ts";
import { approval } from "../patterns/approval.ts";
import { sequential } from "../patterns/sequential.ts";
import { crashAtEveryWrite } from "./crash-at-every-write.ts";
import { createTestRuntime } from "./create-test-runtime.ts";
import type { FaultyDisk } from "./faulty-disk.ts";

/** Takes a payment that must be taken once, with an agent that asks by its key or not. */
function payment(careful: boolean) {
  const taken: string[] = [];
  const take = agent("take", {
    run: async (cents: number, ctx): Promise<number> => {
      if (!careful || !taken.includes(ctx.idempotencyKey)) taken.push(ctx.idempotencyKey);
      return cents;
    },
  });
  const pay = sequential("pay", { steps: [approval("boss"), take] });
  const scenario = async (disk: FaultyDisk): Promise<void> => {
    taken.length = 0;
    const outcome = await disk.live(async (engine) => {
      await using runtime = await createTestRuntime({ patterns: [pay], engine });
      const run = await runtime.start(pay, 250, { id: "pay" });
      await run.signal("boss", true, { key: "answer" });
      return await runtime.time.skipUntil(run.outcome());
    });
    expect(outcome).toEqual({ status: "completed", output: 250 });
    expect(taken).toHaveLength(1);
  };
  return scenario;
}

test("a scenario that is right at every crash passes, and tells how many writes it has", async () => {
  const { writes } = await crashAtEveryWrite(payment(true));
  expect(writes).toBeGreaterThanOrEqual(4);
});

test("the same on files", async () => {
  const folder = mkdtempSync(join(tmpdir(), "reeve-every-"));
  let files = 0;
  try {
    const { writes } = await crashAtEveryWrite(payment(true), {
      disk: () => ({ file: join(folder, `${++files}.db`) }),
    });
    expect(writes).toBeGreaterThanOrEqual(4);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("an agent that takes twice when its completion was lost is found, with the write", async () => {
  const failure: unknown = await crashAtEveryWrite(payment(false)).catch((error: unknown) => error);
  expect(String(failure)).toMatch(/^Error: with a crash before write \d+, the scenario fails: .*length/s);
});

test("a scenario with more writes than allowed is given up", async () => {
  await expect(crashAtEveryWrite(payment(true), { writesMax: 2 })).rejects.toMatchObject({
    code: "option-invalid",
    message: "the scenario has more than 2 writes",
  });
});
