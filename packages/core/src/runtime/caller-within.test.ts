import { expect, test } from "vitest";
import {
  agent,
  approval,
  createRuntime,
  memoryEngine,
  sequential,
  type Event,
  type Runtime,
} from "../index.ts";

const write = agent("write", { requires: ["stock:write"], run: () => "written" });
const restock = sequential("restock", { steps: [write] });
const guarded = sequential("guarded", { steps: [approval("release", { notBy: "starter" }), write] });

function open(): Promise<Runtime> {
  return createRuntime({ patterns: [restock, guarded], engine: memoryEngine() });
}

test("a run started for somebody bears that name and what he may do", async () => {
  await using runtime = await open();
  const run = await runtime.as({ principal: "ada" }).start(restock, undefined);
  expect((await run.record()).context).toMatchObject({ principal: "ada", grants: ["stock:write"] });
  expect((await run.outcome()).status).toBe("completed");
});

test("nobody holds more by being named: grants are cut to those of the runtime, and to his own", async () => {
  await using runtime = await open();
  const bold = await runtime.as({ principal: "bob", grants: ["stock:write", "root"] }).start(restock, 1);
  expect((await bold.record()).context.grants).toEqual(["stock:write"]);
  const poor = await runtime.as({ principal: "eve", grants: [] }).start(restock, 1);
  expect(await poor.outcome()).toMatchObject({ status: "rejected" });
});

test("what is asked for somebody is recorded as asked by him, and 'not by the starter' knows him", async () => {
  await using runtime = await open();
  const ada = runtime.as({ principal: "ada" });
  const run = await ada.start(guarded, undefined);
  await run.pause("a look first");
  await expect(run.signal("release")).rejects.toMatchObject({ code: "permission-denied" });
  await runtime.as({ principal: "bob" }).run(run.id).signal("release");
  await ada.pause({ pattern: "restock" }, "stock-taking");
  await run.resume();
  await run.outcome();
  const said: unknown[] = [];
  for await (const event of runtime.events({ follow: false })) said.push(...byOf(event));
  expect(said).toEqual([
    ["run-paused", "ada"],
    ["signal-refused", "ada"],
    ["signal-sent", "bob"],
    ["pattern-paused", "ada"],
    ["run-resumed", "ada"],
  ]);
});

test.each([
  [undefined, "principal"],
  [{ principal: "" }, "principal"],
  [{ principal: "a\nb" }, "principal"],
  [{ principal: "ada", grants: "all" }, "grants"],
])("%j is refused as a caller", async (caller, what) => {
  await using runtime = await open();
  // @ts-expect-error: what plain JavaScript may hand over
  expect(() => runtime.as(caller)).toThrow(`as: ${what} is`);
});

function byOf(event: Event): unknown[] {
  return "by" in event ? [[event.kind, event.by]] : [];
}
