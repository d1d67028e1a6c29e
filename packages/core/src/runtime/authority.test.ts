/** Who may do what: grants only narrow, principals come from credentials alone, and two pairs of eyes are two. */
import { describe, expect, test } from "vitest";
import { ManualClock } from "../clock.ts";
import { agent } from "../delegation/agent.ts";
import type { ContextRequest } from "../delegation/context.ts";
import type { Event } from "../delegation/event.ts";
import type { Pattern } from "../delegation/pattern.ts";
import { memoryEngine } from "../engine/memory/memory-engine.ts";
import { MemoryLog } from "../engine/memory/memory-store.ts";
import { approval } from "../patterns/approval.ts";
import { delegate } from "../patterns/delegate.ts";
import { sequential } from "../patterns/sequential.ts";
import type { RunHandle } from "../run-handle.ts";
import { createRuntime, type Runtime } from "../runtime.ts";

const pay = agent("pay", { requires: ["money:move"], run: (_input: unknown, { context }) => context });
const paying = sequential("paying", { matches: { domain: "money" }, steps: [pay] });
const look = sequential("look", {
  matches: { domain: "looks" },
  steps: [agent("see", { run: (_input: unknown, { context }) => context })],
});

function open(patterns: readonly Pattern[], options: { grants?: readonly string[] } = {}): Promise<Runtime> {
  return createRuntime({ patterns, engine: memoryEngine(), graceMs: 0, ...options });
}

const denied = expect.objectContaining({ code: "permission-denied" });

describe("grants only narrow", () => {
  test("at start: asking for more is refused at the call, and nothing is in the log", async () => {
    await using runtime = await open([paying, look]);
    await expect(runtime.start(paying, 0, { context: { grants: ["root"] } })).rejects.toEqual(denied);
    const ada = runtime.as({ principal: "ada", grants: [] });
    await expect(ada.start(paying, 0, { context: { grants: ["money:move"] } })).rejects.toEqual(denied);
    expect((await runtime.runs()).runs).toEqual([]);
  });

  test("for whom the runtime acts, who gets no more than it has", async () => {
    await using runtime = await open([paying], { grants: ["money:move", "money:see"] });
    const ada = runtime.as({ principal: "ada", grants: ["money:move", "root"] });
    const outcome = await (await ada.start(paying, 0)).outcome();
    expect(outcome).toMatchObject({ output: { principal: "ada", grants: ["money:move"] } });
    const eve = runtime.as({ principal: "eve", grants: [] });
    expect(await (await eve.start(paying, 0)).outcome()).toMatchObject({
      status: "rejected",
      error: { code: "permission-denied" },
    });
  });

  test("a principal or grants in what is given of a context, an input or an answer say nothing", async () => {
    await using runtime = await open([look], { grants: ["a"] });
    const request: ContextRequest = Object.assign({ domain: "looks" }, { principal: "root" });
    await expect(runtime.start(look, 0, { context: request })).rejects.toMatchObject({
      code: "option-invalid",
    });
    const run = await runtime.start(look, { principal: "root", grants: ["root"] });
    expect(await run.outcome()).toMatchObject({ output: { principal: "local", grants: ["a"] } });
  });

  test("at a delegation: the step that asks for more fails", async () => {
    const widens = sequential("widens", {
      steps: [delegate({ domain: "looks", grants: ["money:move"] }, { name: "child" })],
    });
    await using runtime = await open([widens, look, paying]);
    const run = await runtime.as({ principal: "ada", grants: [] }).start(widens, 0);
    expect(await run.outcome()).toMatchObject({
      status: "failed",
      error: { code: "permission-denied", path: "child" },
    });
  });

  test("at a delegation: the child has the grants it was given, and its own children no more", async () => {
    const inner = sequential("inner", {
      matches: { domain: "inner" },
      steps: [delegate({ domain: "looks", grants: ["b"] }, { name: "again" })],
    });
    const narrows = sequential("narrows", { steps: [delegate({ domain: "inner", grants: ["a"] })] });
    await using runtime = await open([narrows, inner, look], { grants: ["a", "b"] });
    const outcome = await (await runtime.start(narrows, 0)).outcome();
    expect(outcome).toMatchObject({ error: { cause: { code: "permission-denied", path: "again" } } });
  });

  test("at ctx.start: asking for more is refused at the call", async () => {
    let refused: unknown;
    const starts = agent("starts", {
      run: async (_input: unknown, ctx) => {
        refused = await ctx.start(look, 0, { context: { grants: ["b"] } }).catch((error: unknown) => error);
        return (await ctx.start(look, 0, { id: "child" })).id;
      },
    });
    const pattern = sequential("p", { steps: [starts] });
    await using runtime = await open([pattern, look], { grants: ["a", "b"] });
    await (await runtime.as({ principal: "ada", grants: ["a"] }).start(pattern, 0)).outcome();
    expect(refused).toEqual(denied);
    expect(await runtime.run("child").outcome()).toMatchObject({
      output: { principal: "ada", grants: ["a"] },
    });
  });

  test("at a fork or retry: nobody gets what only the first starter held", async () => {
    await using runtime = await open([paying, look], { grants: ["money:move", "a"] });
    const first = await runtime.start(paying, 0, { id: "first" });
    await first.outcome();
    const seen = await runtime.start(look, 0, { id: "seen" });
    await seen.outcome();
    const eve = runtime.as({ principal: "eve", grants: ["a"] });
    const refork = await eve.run("first").fork({ input: 1 });
    expect(await refork.outcome()).toMatchObject({
      status: "rejected",
      error: { code: "permission-denied" },
    });
    const retried = await eve.run("first").retry();
    expect(await retried.outcome()).toMatchObject({ status: "rejected" });
    const forked = await eve.run("seen").fork({ input: 1 });
    expect(await forked.outcome()).toMatchObject({ output: { principal: "eve", grants: ["a"] } });
  });

  test("at a schedule: asking for more is refused at the call, and its runs are the setter's", async () => {
    const clock = new ManualClock();
    const engine = memoryEngine({ clock });
    await using runtime = await createRuntime({ patterns: [look], engine, grants: ["a", "b"] });
    const ada = runtime.as({ principal: "ada", grants: ["a"] });
    const often = { pattern: look, cron: "* * * * *" };
    await expect(runtime.schedule("s", { ...often, context: { grants: ["c"] } })).rejects.toEqual(denied);
    await expect(ada.schedule("s", { ...often, context: { grants: ["b"] } })).rejects.toEqual(denied);
    await ada.schedule("s", often);
    expect(runtime.schedules()).toMatchObject([{ setBy: "ada" }]);
    const ids = async (): Promise<readonly string[]> => {
      clock.advance(60_000);
      return (await runtime.runs()).runs.map(({ id }) => id);
    };
    await expect.poll(ids).not.toEqual([]);
    const [id = ""] = await ids();
    const outcome = await runtime.run(id).outcome();
    expect(outcome).toMatchObject({ output: { principal: "ada", grants: ["a"] } });
  });
});

describe("a refusal within a run", () => {
  test("fails the step whose agent came to require more since the run began", async () => {
    const log = new MemoryLog();
    const first = await createRuntime({ patterns: [withGate([])], engine: memoryEngine({ log }) });
    await first.start("gated", 0, { id: "r" });
    await first.close();
    await using second = await createRuntime({
      patterns: [withGate(["money:move"])],
      engine: memoryEngine({ log }),
    });
    await second.run("r").signal("ok");
    expect(await second.run("r").outcome()).toMatchObject({
      status: "rolled-back",
      error: {
        code: "permission-denied",
        path: "last",
        message: "agent 'last' needs 'money:move'",
      },
    });
  });

  test("fails the step when the ceiling was lowered since, and still undoes what was done", async () => {
    const log = new MemoryLog();
    const undone: string[] = [];
    const options = { patterns: [withGate(["money:move"], undone)], engine: memoryEngine({ log }) };
    const first = await createRuntime(options);
    const run = await first.start("gated", 0, { id: "r" });
    for await (const event of run.events()) if (event.kind === "wait-started") break;
    await first.close();
    await using second = await createRuntime({ ...options, engine: memoryEngine({ log }), grants: [] });
    await second.run("r").signal("ok");
    expect(await second.run("r").outcome()).toMatchObject({
      status: "rolled-back",
      error: { code: "permission-denied", path: "last" },
      unsure: [],
    });
    expect(undone).toEqual(["first"]);
  });

  test("is not tried again, and the agent is not called", async () => {
    let calls = 0;
    const log = new MemoryLog();
    const options = { patterns: [withGate(["money:move"], [], () => calls++)] };
    const first = await createRuntime({ ...options, engine: memoryEngine({ log }) });
    await first.start("gated", 0, { id: "r" });
    await first.close();
    await using second = await createRuntime({ ...options, engine: memoryEngine({ log }), grants: [] });
    await second.run("r").signal("ok");
    await second.run("r").outcome();
    const failures = await eventsOf(second.run("r"), "attempt-failed");
    expect([calls, failures.length]).toEqual([0, 1]);
  });
});

describe("four eyes", () => {
  const pattern = sequential("four-eyes", { steps: [approval("boss", { notBy: "starter" })] });

  test("the starter's answer is refused and noted, and another's counts", async () => {
    await using runtime = await open([pattern]);
    const ada = runtime.as({ principal: "ada" });
    const bob = runtime.as({ principal: "bob" });
    const run = await ada.start(pattern, 0);
    await expect(ada.run(run.id).signal("boss", true)).rejects.toMatchObject({
      code: "permission-denied",
      message: "'boss' must not be answered by 'ada', who started the run",
      hint: "have someone else answer it",
    });
    expect((await run.record()).state).not.toBe("ended");
    await bob.run(run.id).signal("boss", true);
    expect(await run.outcome()).toMatchObject({ status: "completed" });
    expect(await eventsOf(run, "signal-refused")).toMatchObject([
      { path: "boss", by: "ada", reason: "'boss' must not be answered by 'ada', who started the run" },
    ]);
    expect(await eventsOf(run, "signal-sent")).toMatchObject([{ path: "boss", by: "bob" }]);
  });

  test("who answers is what the runtime knows, whatever the call says", async () => {
    await using runtime = await open([pattern]);
    const ada = runtime.as({ principal: "ada" });
    const run = await ada.start(pattern, 0);
    const claims = { by: "bob", principal: "bob" };
    await expect(run.signal("boss", claims, { key: "k", ...claims })).rejects.toEqual(denied);
    await runtime
      .as({ principal: "cyd" })
      .run(run.id)
      .signal("boss", claims, { key: "k2", ...claims });
    await run.outcome();
    expect(await eventsOf(run, "signal-sent")).toMatchObject([{ by: "cyd" }]);
  });

  test("holds for what the starter's run delegates, starts, and for its forks", async () => {
    const child = sequential("child", {
      matches: { domain: "kids" },
      steps: [approval("boss", { notBy: "starter" })],
    });
    const parent = sequential("parent", { steps: [delegate({ domain: "kids" }, { name: "kid" })] });
    await using runtime = await open([parent, child]);
    const ada = runtime.as({ principal: "ada" });
    const run = await ada.start(parent, 0, { id: "p" });
    for await (const event of run.events()) if (event.kind === "child-started") break;
    await expect(ada.run("p/kid").signal("boss")).rejects.toEqual(denied);
    await run.cancel();
    await run.outcome();
    const again = await run.retry();
    for await (const event of again.events()) if (event.kind === "child-started") break;
    await expect(ada.run(`${again.id}/kid`).signal("boss")).rejects.toEqual(denied);
    await runtime.as({ principal: "bob" }).run(`${again.id}/kid`).signal("boss");
    expect((await again.outcome()).status).toBe("completed");
  });
});

test("what somebody does to a run is noted as done by them", async () => {
  const waits = sequential("waits", { steps: [approval("boss")] });
  await using runtime = await createRuntime({ patterns: [waits], engine: memoryEngine(), principal: "ops" });
  const run = await runtime.start(waits, 0);
  const bob = runtime.as({ principal: "bob" }).run(run.id);
  await bob.pause();
  await bob.resume();
  await bob.cancel();
  await run.outcome();
  expect((await run.record()).context.principal).toBe("ops");
  for (const kind of ["run-paused", "run-resumed", "cancel-requested"] as const)
    expect(await eventsOf(run, kind)).toMatchObject([{ by: "bob" }]);
});

/** Its last step, behind an approval, requires these. */
function withGate(requires: readonly string[], undone: string[] = [], called = (): void => {}): Pattern {
  const first = agent("first", { run: () => 1, undo: () => void undone.push("first") });
  const last = agent("last", { requires, retry: { attempts: 3, delayMs: 0 }, run: called, undo: called });
  return sequential("gated", { steps: [first, approval("ok"), last] });
}

async function eventsOf(run: RunHandle, kind: Event["kind"]): Promise<readonly Event[]> {
  const found: Event[] = [];
  for await (const event of run.events({ follow: false })) if (event.kind === kind) found.push(event);
  return found;
}
