/** One action for many runs, as programs ask for it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agent, createRuntime, memoryEngine, sequential, sqliteEngine, type Pattern } from "@reeve/core";
import { expect, onTestFinished, test } from "vitest";
import { actInBulk } from "./bulk.ts";

function failing(name: string): Pattern {
  const fails = agent("fails", {
    run: (): number => {
      throw new Error("no");
    },
  });
  return sequential(name, { steps: [fails] });
}

test("what one run refuses is told with it, and the others are acted on", async () => {
  const folder = mkdtempSync(join(tmpdir(), "reeve-bulk-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const engine = (): ReturnType<typeof sqliteEngine> => sqliteEngine(join(folder, "log.db"));
  const [orders, imports] = [failing("orders"), failing("imports")];
  const before = await createRuntime({ patterns: [orders, imports], engine: engine() });
  for (const [pattern, id] of [
    ["orders", "first"],
    ["imports", "gone"],
    ["orders", "last"],
  ] as const)
    await (await before.start(pattern, 1, { id })).outcome();
  await before.close();

  await using runtime = await createRuntime({ patterns: [orders], engine: engine() });
  const filter = { outcomes: ["failed"] } as const;
  const { runs, isMore } = await actInBulk(runtime, { action: "retry", filter, dryRun: false });
  expect(isMore).toBe(false);
  expect(runs).toMatchObject([
    { id: "last", error: null },
    { id: "gone", started: null, error: expect.stringContaining("'imports'") },
    { id: "first", error: null },
  ]);
  for (const { started } of runs)
    if (started !== null) expect((await runtime.run(started).outcome()).status).toBe("failed");
});

test("where the states of the filter fit no action nothing is done, and a limit says that there is more", async () => {
  await using runtime = await createRuntime({ patterns: [failing("orders")], engine: memoryEngine() });
  for (const id of ["one", "two"]) await (await runtime.start("orders", 1, { id })).outcome();
  const none = { action: "cancel", filter: { states: ["ended"] }, dryRun: false } as const;
  expect(await actInBulk(runtime, none)).toEqual({ dryRun: false, runs: [], isMore: false });
  const some = await actInBulk(runtime, { action: "retry", filter: { pattern: "orders" }, limit: 1 });
  expect(some).toMatchObject({ dryRun: true, runs: [{ id: "two", started: null }], isMore: true });
});
