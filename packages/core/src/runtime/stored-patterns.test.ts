import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ManualClock } from "../clock.ts";
import { agent } from "../delegation/agent.ts";
import { memoryEngine } from "../engine/memory/memory-engine.ts";
import { MemoryLog } from "../engine/memory/memory-store.ts";
import { approval } from "../patterns/approval.ts";
import { delegate } from "../patterns/delegate.ts";
import { sequential } from "../patterns/sequential.ts";
import { createRuntime } from "../runtime.ts";
import { packPatterns } from "../selection/stored/pack.ts";

const double = agent("double", { requires: ["math"], run: async (n: number) => n * 2 });
const held = sequential("sums.double", {
  matches: { domain: "sums" },
  steps: [approval("look"), double],
});
const ask = sequential("ask", { steps: [delegate({ domain: "sums" })] });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reeve-stored-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function stored(): string {
  const file = join(folder, "sums.patterns");
  writeFileSync(file, packPatterns([held]).bytes);
  return file;
}

test("a run that code began goes on in the stored pattern of the same version, and the other way round", async () => {
  const [log, clock, file] = [new MemoryLog(), new ManualClock(), stored()];
  const engine = (): ReturnType<typeof memoryEngine> => memoryEngine({ log, clock });
  {
    await using runtime = await createRuntime({ patterns: [held], engine: engine() });
    await runtime.start("sums.double", 4, { id: "r" });
  }
  {
    await using runtime = await createRuntime({
      patterns: [],
      stored: { file, parts: [double] },
      engine: engine(),
    });
    await runtime.run("r").signal("look");
    expect(await runtime.run("r").outcome()).toEqual({ status: "completed", output: 8 });
    await runtime.start("sums.double", 5, { id: "s" });
  }
  await using runtime = await createRuntime({ patterns: [held], engine: engine() });
  await runtime.run("s").signal("look");
  expect(await runtime.run("s").outcome()).toEqual({ status: "completed", output: 10 });
});

test("a stored pattern is chosen by its context, with the grants its parts require", async () => {
  const runtime = await createRuntime({
    patterns: [ask],
    stored: { file: stored(), parts: [double] },
    engine: memoryEngine(),
  });
  await using _open = runtime;
  const run = await runtime.start(ask, 3);
  let child: string | undefined;
  for await (const event of run.events()) {
    if (event.kind !== "child-started") continue;
    child = event.child;
    break;
  }
  await runtime.run(child ?? "").signal("look");
  expect(await run.outcome()).toEqual({ status: "completed", output: 6 });
});

test("a name that code has in the same version is a duplicate", async () => {
  const options = { patterns: [held], stored: { file: stored(), parts: [double] } };
  await expect(createRuntime({ ...options, engine: memoryEngine() })).rejects.toMatchObject({
    code: "pattern-duplicate",
  });
});

test.each([
  [{ file: "", parts: [] }, "option-invalid", "createRuntime: stored.file is ''"],
  [{ file: "x", parts: undefined as never }, "option-invalid", "createRuntime: stored.parts is undefined"],
  [7 as never, "option-invalid", "createRuntime: stored is 7"],
  [{ file: "/nowhere/x", parts: [] }, "stored-patterns-invalid", "/nowhere/x can't be read: ENOENT"],
])("stored: %j is refused", async (given, code, message) => {
  await expect(createRuntime({ patterns: [], stored: given, engine: memoryEngine() })).rejects.toMatchObject({
    code,
    message: expect.stringContaining(message) as string,
  });
});
