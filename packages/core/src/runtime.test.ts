import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { systemClock } from "./clock.ts";
import { agent, buildAgent } from "./delegation/agent.ts";
import type { Pattern } from "./delegation/pattern.ts";
import type { Engine } from "./engine/engine.ts";
import { memoryEngine } from "./engine/memory/memory-engine.ts";
import { sqliteEngine } from "./engine/sqlite/sqlite-engine.ts";
import { approval } from "./patterns/approval.ts";
import { meta } from "./patterns/meta.ts";
import { sequential } from "./patterns/sequential.ts";
import { createRuntime, type Runtime, type RuntimeOptions } from "./runtime.ts";
import { activity } from "./telemetry/activity.ts";

const one = agent("one", { run: () => 1 });
const simple = sequential("simple", { steps: [one] });
const measured = meta("measured", {
  phases: [{ name: "only", patterns: [one], rollbackOn: { slowdown: 1 } }],
});
const folders: string[] = [];

async function newFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "reeve-runtime-"));
  folders.push(folder);
  return join(folder, "log.db");
}

/** The engine with one of its methods replaced. */
function replacing<Name extends "fold" | "resume">(engine: Engine, name: Name, method: Engine[Name]): Engine {
  return Object.defineProperty(engine, name, { value: method });
}

/** A pattern whose agent tells when its threads were closed. */
function closingPool(): { readonly pooled: Pattern; readonly closed: readonly string[] } {
  const closed: string[] = [];
  const runner = {
    runsOn: "thread",
    graceMs: undefined,
    run: () => 1,
    close: async () => void closed.push("pool"),
  } as const;
  return { pooled: sequential("pooled", { steps: [buildAgent("pool", {}, runner)] }), closed };
}

/** Plain JavaScript can hand over anything. */
const create = (options: unknown): Promise<Runtime> => createRuntime(options as RuntimeOptions);

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

describe("createRuntime", () => {
  it.each(["fold", "resume"] as const)("that fails in %s frees the file and the agents", async (method) => {
    const file = await newFile();
    const { pooled, closed } = closingPool();
    const damaged = replacing(sqliteEngine(file), method, async () => {
      throw new Error("the log is damaged");
    });
    const failing = createRuntime({ patterns: [measured, pooled], engine: damaged });
    await expect(failing).rejects.toThrow("the log is damaged");
    expect(closed).toEqual(["pool"]);
    await using runtime = await createRuntime({ patterns: [measured, pooled], engine: sqliteEngine(file) });
    expect(runtime.engine.role).toBe("owner");
  });

  it("that cannot follow telemetry frees the file and the agents", async () => {
    const file = await newFile();
    const { pooled, closed } = closingPool();
    const engine = sqliteEngine(file);
    const fold = engine.fold.bind(engine);
    const damaged = replacing(engine, "fold", async (asked) => {
      if (asked.name === activity.name) throw new Error("the log is damaged");
      return fold(asked);
    });
    const failing = createRuntime({ patterns: [pooled], engine: damaged, telemetry: true });
    await expect(failing).rejects.toThrow("the log is damaged");
    expect(closed).toEqual(["pool"]);
    await using runtime = await createRuntime({ patterns: [pooled], engine: sqliteEngine(file) });
    expect(runtime.engine.role).toBe("owner");
  });

  it("as guest does not follow how long phases take", async () => {
    await using owner = await createRuntime({ patterns: [measured], engine: sqliteEngine(await newFile()) });
    const engine = replacing(owner.engine.asGuest(), "fold", async () => {
      throw new Error("nobody asks a guest");
    });
    await using guest = await createRuntime({ patterns: [measured], engine });
    expect(guest.engine.role).toBe("guest");
  });

  it.each([
    ["nothing", undefined, "option-invalid", "the argument is undefined"],
    ["no engine", { patterns: [simple] }, "option-invalid", "engine is undefined"],
    [
      "a function for engine",
      { patterns: [], engine: memoryEngine },
      "option-invalid",
      "engine is [Function: memoryEngine]",
    ],
    [
      "a function for the engine's clock",
      { patterns: [], engine: memoryEngine({ clock: systemClock as never }) },
      "option-invalid",
      "the engine's clock is [Function: systemClock]",
    ],
    ["no patterns", { engine: memoryEngine() }, "option-invalid", "patterns is undefined"],
    [
      "undefined among the patterns",
      { patterns: [simple, undefined], engine: memoryEngine() },
      "pattern-invalid",
      "patterns[1] is undefined",
    ],
    [
      "an agent among the patterns",
      { patterns: [one], engine: memoryEngine() },
      "pattern-invalid",
      "patterns[0] is an agent ('one'), and no pattern",
    ],
    [
      "an approval among the patterns",
      { patterns: [approval("ok")], engine: memoryEngine() },
      "pattern-invalid",
      "patterns[0] is an approval ('ok'), and no pattern",
    ],
    [
      "grants that are one text",
      { patterns: [simple], engine: memoryEngine(), grants: "stock:write" },
      "option-invalid",
      "grants is stock:write",
    ],
    [
      "a drainMs that is a text",
      { patterns: [simple], engine: memoryEngine(), drainMs: "5" },
      "option-invalid",
      "drainMs is 5",
    ],
    [
      "a report that is a text",
      { patterns: [simple], engine: memoryEngine(), report: "x" },
      "option-invalid",
      "report is x",
    ],
  ])("refuses %s", async (_what, options, code, message) => {
    await expect(create(options)).rejects.toMatchObject({ code, message: `createRuntime: ${message}` });
  });

  it("tells how to make a pattern of an agent", async () => {
    await expect(create({ patterns: [one], engine: memoryEngine() })).rejects.toMatchObject({
      hint: 'wrap it: sequential("name", { steps: [it] })',
    });
  });

  it("takes every option that is undefined as left out", async () => {
    const names = ["grants", "drainMs", "graceMs", "recoveriesMax", "random", "report"];
    const undefinedKeys = Object.fromEntries(names.map((name) => [name, undefined]));
    await using runtime = await create({ patterns: [simple], engine: memoryEngine(), ...undefinedKeys });
    const run = await runtime.start(simple, 1);
    expect(await run.outcome()).toEqual({ status: "completed", output: 1 });
  });
});

describe("a run", () => {
  it("can be cancelled with anything; its events hold the reason as text", async () => {
    const waits = sequential("waits", { steps: [approval("ok")] });
    await using runtime = await createRuntime({
      patterns: [waits],
      engine: sqliteEngine(await newFile()),
    });
    const hostile = {
      get message(): never {
        throw new Error("no");
      },
    };
    const samples: readonly [unknown, string][] = [
      ["enough", "enough"],
      [new Error("out of stock"), "out of stock"],
      [{ at: 1n }, "{ at: 1n }"],
      ["x".repeat(2_000), `${"x".repeat(999)}…`],
      [Object.setPrototypeOf(hostile, Error.prototype), "what can't be shown (object)"],
      [undefined, "cancelled by its caller"],
    ];
    for (const [reason, text] of samples) {
      const run = await runtime.start(waits, 1);
      await run.cancel(reason as string);
      expect(await run.outcome()).toMatchObject({ status: "cancelled", reason: text });
    }
  });

  it("takes keys of signals that are texts of 1 to 200 characters", async () => {
    const waits = sequential("waits", { steps: [approval("ok")] });
    await using runtime = await createRuntime({ patterns: [waits], engine: memoryEngine() });
    const run = await runtime.start(waits, 1);
    for (const key of ["", "x".repeat(201), 5n, {}])
      await expect(run.signal("ok", true, { key: key as string })).rejects.toMatchObject({
        code: "option-invalid",
        message: expect.stringContaining("signal: key is ") as string,
      });
    await run.signal("ok", true, { key: "x".repeat(200) });
    expect(await run.outcome()).toMatchObject({ status: "completed" });
  });

  it("with a misspelt key in its context is refused, and the key that was meant is named", async () => {
    await using runtime = await createRuntime({ patterns: [simple], engine: memoryEngine() });
    const start = (context: object) => runtime.start(simple, 1, { context });
    await expect(start({ priorty: 4 })).rejects.toMatchObject({
      code: "option-invalid",
      message: "context.priorty is unknown",
      hint: "did you mean 'priority'?",
    });
    await expect(start({ tenant: "acme" })).rejects.toMatchObject({
      hint: expect.stringContaining("own keys go into attributes") as string,
    });
    await expect(start(null as never)).rejects.toMatchObject({ message: "context is null" });
  });

  it("that was refused for its input is told apart from another refused input under its id", async () => {
    const numbers = sequential("numbers", { steps: [one], input: z.string() as never });
    await using runtime = await createRuntime({ patterns: [numbers], engine: memoryEngine() });
    const start = (input: unknown) => runtime.start("numbers", input, { id: "same" });
    expect(await (await start(1)).outcome()).toMatchObject({ status: "rejected" });
    expect(await (await start(1)).outcome()).toMatchObject({ status: "rejected" });
    await expect(start(2)).rejects.toMatchObject({ code: "run-conflict" });
    const unstorable = await runtime.start("numbers", () => 1, { id: "unstorable" });
    expect(await unstorable.outcome()).toMatchObject({ status: "rejected" });
    expect((await unstorable.record()).input).toBeUndefined();
  });
});

describe("queries", () => {
  it.each([
    [{ sort: "bogus" }, "sort is bogus", "use one of: started, ended, duration"],
    [{ states: ["waitng"] }, "states[0] is waitng", "did you mean 'waiting'?"],
    [{ states: "waiting" }, "states is waiting", "give a list of: "],
    [{ outcomes: ["failed", "compleated"] }, "outcomes[1] is compleated", "did you mean 'completed'?"],
    [{ limit: 0 }, "limit is 0", "use a whole number from 1 to 1000"],
    [{ limit: 1_001 }, "limit is 1001", "use a whole number from 1 to 1000"],
    [{ limit: 1.5 }, "limit is 1.5", "use a whole number from 1 to 1000"],
    [{ after: 5 }, "after is 5", "give a string"],
    [{ startedFrom: Number.NaN }, "startedFrom is NaN", "give milliseconds"],
    [{ descending: "yes" }, "descending is yes", "give true or false"],
  ])("of runs with %o are refused", async (query, message, hint) => {
    await using runtime = await createRuntime({ patterns: [simple], engine: memoryEngine() });
    await expect(runtime.runs(query as object)).rejects.toMatchObject({
      code: "option-invalid",
      message: `runs: ${message}`,
      hint: expect.stringContaining(hint) as string,
    });
  });

  it("of events have a position that is a number, 0 or more", async () => {
    await using runtime = await createRuntime({ patterns: [simple], engine: memoryEngine() });
    const run = await runtime.start(simple, 1);
    for (const from of [Number.NaN, -1, Infinity, "5" as unknown as number]) {
      const refused = expect.objectContaining({
        code: "option-invalid",
        message: `events: from is ${String(from)}`,
      });
      expect(() => runtime.events({ from })).toThrow(refused);
      expect(() => run.events({ from })).toThrow(refused);
    }
  });

  it("take what is undefined as left out", async () => {
    await using runtime = await createRuntime({ patterns: [simple], engine: memoryEngine() });
    await (await runtime.start(simple, 1)).outcome();
    const names = ["states", "outcomes", "sort", "limit", "after", "pattern", "domain", "descending"];
    const query = Object.fromEntries(names.map((name) => [name, undefined]));
    expect((await runtime.runs(query)).runs).toHaveLength(1);
  });
});
