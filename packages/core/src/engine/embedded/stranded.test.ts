/** Runs whose pattern version is gone, and what can be done about them. */
import { expect, test } from "vitest";
import { ManualClock } from "../../clock.ts";
import { agent } from "../../delegation/agent.ts";
import type { Pattern } from "../../delegation/pattern.ts";
import { approval } from "../../patterns/approval.ts";
import { sequential } from "../../patterns/sequential.ts";
import { createRuntime, type Runtime } from "../../runtime.ts";
import { memoryEngine } from "../memory/memory-engine.ts";
import { MemoryLog } from "../memory/memory-store.ts";

const undone: string[] = [];
const reserve = agent("reserve", {
  run: async (value: number): Promise<number> => value,
  undo: async () => void undone.push("reserve"),
});

function version(name: string, continues: readonly string[] = []): Pattern {
  return sequential("order", { version: name, continues, steps: [reserve, approval("boss")] });
}

/** A log with a run of version 1 that waits, opened again with other patterns. */
async function setUp() {
  const log = new MemoryLog();
  const clock = new ManualClock();
  undone.length = 0;
  const open = (...patterns: readonly Pattern[]): Promise<Runtime> =>
    createRuntime({ patterns, engine: memoryEngine({ clock, log }) });
  const runtime = await open(version("1"));
  const handle = await runtime.start("order", 7, { id: "run" });
  for await (const event of handle.events()) if (event.kind === "wait-started") break;
  await runtime.close();
  return { log, open };
}

async function shown(runtime: Runtime): Promise<string | undefined> {
  for await (const event of runtime.events()) if (event.kind === "run-stranded") break;
  return (await runtime.run("run").record()).state;
}

test("a run whose version is gone is stranded, kept over restarts, and can't be answered", async () => {
  const { log, open } = await setUp();
  for (let count = 0; count < 2; count++) {
    await using runtime = await open(version("2"));
    expect(await shown(runtime)).toBe("stranded");
    await expect(runtime.run("run").signal("boss")).rejects.toMatchObject({ code: "run-stranded" });
  }
  expect(log.events.filter(({ kind }) => kind === "run-stranded")).toHaveLength(1);
});

test.each([
  ["its own version is registered again", [version("1"), version("2")]],
  ["a newer version continues it", [version("2", ["1"])]],
])("a stranded run goes on when %s", async (_when, patterns) => {
  const { log, open } = await setUp();
  {
    await using runtime = await open(version("2"));
    await shown(runtime);
  }
  await using runtime = await open(...patterns);
  const handle = runtime.run("run");
  await handle.signal("boss");
  expect(await handle.outcome()).toEqual({ status: "completed", output: 7 });
  expect(log.events.filter(({ kind }) => kind === "run-unstranded")).toHaveLength(1);
});

test("a stranded run that was cancelled ends as cancelled, undone, when its version is back", async () => {
  const { open } = await setUp();
  {
    await using runtime = await open(version("2"));
    await shown(runtime);
    await runtime.run("run").cancel("give up");
  }
  await using runtime = await open(version("1"));
  expect(await runtime.run("run").outcome()).toMatchObject({
    status: "cancelled",
    reason: "give up",
    undone: ["reserve"],
  });
  expect(undone).toEqual(["reserve"]);
});

test("cancelling a stranded run twice asks for its end once", async () => {
  const { log, open } = await setUp();
  await using runtime = await open(version("2"));
  await shown(runtime);
  await runtime.run("run").cancel("give up");
  await runtime.run("run").cancel("again");
  expect(log.events.filter(({ kind }) => kind === "cancel-requested")).toHaveLength(1);
  expect((await runtime.run("run").record()).state).toBe("stranded");
});
