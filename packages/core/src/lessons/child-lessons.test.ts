/** Child runs: attached ones, which end with their parent, and detached ones, which don't. */
import assert from "node:assert/strict";
import { delegate } from "../patterns/delegate.ts";
import { sequential } from "../patterns/sequential.ts";
import type { Pattern } from "../delegation/pattern.ts";
import type { RunRecord } from "../engine/engine.ts";
import { untilAborted, type Trial } from "../engine/conformance/trial.ts";
import { lesson } from "./fixtures/lesson.ts";

const LONG_MS = 600_000;

/** Has a child run made of `steps`; both have domains of their own. */
function family(trial: Trial, kid: Pattern): readonly [Pattern, Pattern] {
  const steps = [delegate({ domain: "kids" }, { name: "kid" }), trial.agent("after")] as const;
  return [sequential("parent", { matches: { domain: "parents" }, steps }), kid];
}

async function recordsOf(trial: Trial, pattern: string): Promise<readonly RunRecord[]> {
  return (await trial.runtime.runs({ pattern, limit: 1_000 })).runs;
}

lesson(
  "a cancel at whatever moment of a child's start ends parent and child, and the child's next step never runs",
  ["temporalio/sdk-python#1445", "temporalio/sdk-go#213", "tinyhumansai/opencompany#675"],
  async (trial) => {
    const kid = sequential("kid", {
      matches: { domain: "kids" },
      steps: [trial.agent("work", untilAborted), trial.agent("effect")],
    });
    const patterns = family(trial, kid);
    const runtime = await trial.open(patterns);
    const outcomes = new Set<string>();
    for (let turns = 0; turns < 5; turns++) {
      for (let moments = 0; moments < 24; moments += 3) {
        const run = await runtime.start("parent", 0);
        for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
        for (let moment = 0; moment < moments; moment++) await Promise.resolve();
        await run.cancel("enough");
        outcomes.add((await trial.outcome(run)).status);
      }
    }
    assert.deepEqual(outcomes, new Set(["cancelled"]));
    const kids = await recordsOf(trial, "kid");
    assert.ok(kids.length > 0, "some children were started");
    assert.deepEqual(new Set(kids.map((record) => record.outcome)), new Set(["cancelled"]));
    assert.equal(trial.count("effect") + trial.count("after"), 0);
  },
);

lesson(
  "a parent whose child somebody else cancels goes on at once and fails, also when it was dropped from memory",
  ["triggerdotdev/trigger.dev#2265", "smithersai/smithers#1402"],
  async (trial) => {
    const kid = sequential("kid", {
      matches: { domain: "kids" },
      steps: [trial.agent("work", untilAborted)],
    });
    const patterns = family(trial, kid);
    let runtime = await trial.open(patterns);
    for (const crashes of [false, true]) {
      const run = await runtime.start("parent", 0, { id: `parent-${crashes}` });
      await trial.logged("child-started", "kid", run.id);
      await trial.advance(10_000);
      if (crashes) {
        trial.crash();
        runtime = await trial.open(patterns);
        await trial.quiet();
      }
      const child = (await recordsOf(trial, "kid")).find((record) => record.state !== "ended");
      assert(child);
      await runtime.run(child.id).cancel("by hand");
      const outcome = await trial.outcome(runtime.run(run.id));
      assert(outcome.status === "failed");
      assert.deepEqual([outcome.error.code, outcome.error.path], ["child-failed", "kid"]);
      assert.match(outcome.error.message, /by hand/);
    }
    assert.equal(trial.count("after"), 0);
  },
);

lesson(
  "a child that takes too long is cancelled with the step that waits for it",
  "hatchet-dev/hatchet#1051",
  async (trial) => {
    const kid = sequential("kid", {
      matches: { domain: "kids" },
      steps: [trial.agent("work", untilAborted)],
    });
    const step = delegate({ domain: "kids" }, { name: "kid", timeoutMs: 60_000 });
    const parent = sequential("parent", { matches: { domain: "parents" }, steps: [step] });
    const runtime = await trial.open([parent, kid]);
    const run = await runtime.start("parent", 0);
    await trial.logged("child-started", "kid", run.id);
    await trial.advance(60_000);
    const outcome = await trial.outcome(run);
    assert(outcome.status === "failed");
    const [child] = await recordsOf(trial, "kid");
    assert.deepEqual([child?.state, child?.outcome], ["ended", "cancelled"]);
  },
);

lesson(
  "a run started by a step lives, once, although its starter fails, is retried, crashes and ends",
  ["temporalio/temporal#4812", "airplanedev/js-sdk#73"],
  async (trial) => {
    const ids = new Set<string>();
    const starter = trial.agent(
      "starter",
      async (_input, ctx) => {
        ids.add((await ctx.start("detached", "in")).id);
        if (ctx.attempt === 1) throw new Error("after the start");
        if (trial.life === 1) return trial.crashing()(0, ctx);
        return "done";
      },
      { retry: { attempts: 2, delayMs: 0 } },
    );
    const parent = sequential("parent", { steps: [starter] });
    const detached = sequential("detached", { steps: [trial.agent("work")] });
    await (await trial.open([parent, detached])).start(parent, 0, { id: "r" });
    await trial.crashed();
    const runtime = await trial.open([parent, detached]);
    assert.equal((await trial.outcome(runtime.run("r"))).status, "completed");
    assert.equal(ids.size, 1);
    const [id = ""] = ids;
    assert.deepEqual(await trial.outcome(runtime.run(id)), { status: "completed", output: "in" });
    assert.equal((await recordsOf(trial, "detached")).length, 1);
    const completed = (await trial.events(id)).filter((event) => event.kind === "step-completed");
    assert.equal(completed.length, 1);
  },
);

lesson(
  "a step that starts a run under an id that another one has fails, and does not wait for ever",
  "temporalio/sdk-php#113",
  async (trial) => {
    const starter = trial.agent("starter", (_input, ctx) => ctx.start("other", "mine", { id: "taken" }));
    const parent = sequential("parent", { steps: [starter] });
    const other = sequential("other", { steps: [trial.agent("work")] });
    const runtime = await trial.open([parent, other]);
    await trial.outcome(await runtime.start(other, "theirs", { id: "taken" }));
    const outcome = await trial.outcome(await runtime.start(parent, 0));
    assert(outcome.status === "failed");
    assert.equal(outcome.error.code, "run-conflict");
    await trial.advance(LONG_MS);
    assert.equal(trial.count("work"), 1);
  },
);
