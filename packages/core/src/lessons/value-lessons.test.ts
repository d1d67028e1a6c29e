/** Values: what steps hand on, how large it may be, and what a long history does. */
import assert from "node:assert/strict";
import type { StepContext } from "../delegation/agent.ts";
import { ReeveError } from "../errors.ts";
import { approval } from "../patterns/approval.ts";
import { forEach } from "../patterns/for-each.ts";
import { sequential } from "../patterns/sequential.ts";
import { step } from "../patterns/step.ts";
import { lesson } from "./fixtures/lesson.ts";

const TOO_LARGE = 16 * 1024 * 1024 + 1;
const MEGABYTE = 1024 * 1024;

lesson(
  "an output that is too large fails its step after its attempts, naming the limit; the run does not hang",
  ["pydantic/pydantic-ai#7157", "temporalio/features#723", "hatchet-dev/hatchet-python#205"],
  async (trial) => {
    const large = trial.agent("large", () => "x".repeat(TOO_LARGE), { retry: { attempts: 2, delayMs: 0 } });
    const pattern = sequential("p", { steps: [large] });
    const outcome = await trial.outcome(await (await trial.open([pattern])).start(pattern, 0));
    assert(outcome.status === "failed");
    assert.equal(outcome.error.code, "payload-too-large");
    assert.match(outcome.error.message, /16,777,216/);
    assert.deepEqual(trial.ledger, ["large", "large"]);
  },
);

lesson(
  "an input, an answer or a sub-step that is too large is refused where it is given, and the run goes on",
  ["pydantic/pydantic-ai#7164", "airbytehq/airbyte#30320"],
  async (trial) => {
    const codes: unknown[] = [];
    const careful = trial.agent("careful", async (_input, ctx) => {
      const large = ctx.run("all", () => "x".repeat(TOO_LARGE));
      await large.catch((error: unknown) => codes.push(error instanceof ReeveError && error.code));
      return "without it";
    });
    const pattern = sequential("p", { steps: [careful, approval("ok")] });
    const runtime = await trial.open([pattern]);
    const large = { all: "x".repeat(TOO_LARGE) };
    const refused = await trial.outcome(await runtime.start(pattern, large));
    assert(refused.status === "rejected");
    assert.equal(refused.error.code, "payload-too-large");
    const run = await runtime.start(pattern, 0);
    await trial.logged("wait-started", "ok");
    await assert.rejects(run.signal("ok", large), { code: "payload-too-large" });
    await run.signal("ok", "small");
    assert.deepEqual(await trial.outcome(run), { status: "completed", output: "without it" });
    assert.deepEqual(codes, ["payload-too-large"]);
  },
);

lesson(
  "null bytes, halves of characters, null and lists are outputs like any other, in texts for people too",
  "hatchet-dev/hatchet#2573",
  async (trial) => {
    const odd = ["a\u0000b", "\ud800", null, [[], {}], { "\u0000": "" }, ""];
    const say = (input: unknown, ctx: StepContext): unknown => {
      ctx.log.info("log\u0000\ud800");
      ctx.progress(1, "note\u0000");
      return input;
    };
    const fail = trial.agent("fail", () => Promise.reject(new Error("message\u0000\ud800")));
    const good = sequential("good", { steps: [trial.agent("say", say), approval("ok")] });
    const bad = sequential("bad", { steps: [fail] });
    const runtime = await trial.open([good, bad]);
    for (const [index, value] of odd.entries()) await runtime.start(good, value, { id: `r${index}` });
    const failed = await trial.outcome(await runtime.start(bad, 0, { id: "bad" }));
    trial.crash();
    const reopened = await trial.open([good, bad]);
    for (const [index, value] of odd.entries()) {
      const run = reopened.run(`r${index}`);
      await run.signal("ok", value);
      assert.deepEqual(await trial.outcome(run), { status: "completed", output: value });
    }
    assert.deepEqual(await trial.outcome(reopened.run("bad")), failed);
    assert(failed.status === "failed");
    assert.equal(failed.error.message, "message\u0000\ud800");
    const texts = (await trial.events("r0")).flatMap((event) =>
      event.kind === "step-logged" ? [event.message] : event.kind === "step-progressed" ? [event.note] : [],
    );
    assert.deepEqual(texts, ["log\u0000\ud800", "note\u0000"]);
  },
);

lesson(
  "a step is handed the same kinds of values whether the step before ran just now or before a crash",
  ["inngest/inngest-js#1622", "upstash/qstash-js#197"],
  async (trial) => {
    class Order {
      readonly number = 7;
    }
    const value = {
      at: new Date(0),
      by: new Map([["x", new Set([1n])]]),
      bytes: new Uint8Array([1, 2]),
      nothing: undefined,
      numbers: [Number.NaN, -0, Infinity],
    };
    const seen: unknown[] = [];
    const make = trial.agent("make", () => value);
    const see = trial.agent("see", (input) => void seen.push(input));
    const crash = trial.agent("crash", trial.crashing());
    const order = trial.agent("order", () => new Order());
    const fresh = sequential("fresh", { steps: [make, see] });
    const recovered = sequential("recovered", {
      steps: [make, crash, step(see, { name: "see", input: (_previous, ctx) => ctx.outputOf(make) })],
    });
    const refused = sequential("refused", { steps: [order] });
    const patterns = [fresh, recovered, refused];
    const runtime = await trial.open(patterns);
    await trial.outcome(await runtime.start(fresh, 0));
    const outcome = await trial.outcome(await runtime.start(refused, 0));
    assert(outcome.status === "failed");
    assert.equal(outcome.error.code, "value-not-storable");
    await runtime.start(recovered, 0, { id: "r" });
    await trial.crashed();
    await trial.outcome((await trial.open(patterns)).run("r"));
    assert.equal(seen.length, 2);
    assert.deepEqual(seen[0], value);
    assert.deepEqual(seen[1], value);
  },
);

lesson(
  "a run of more than 3,000 steps is one run, recovered and read like any other",
  "inngest/inngestgo#47",
  async (trial) => {
    const ITEMS = 3_000;
    let executed = 0;
    const item = trial.agent("item", (input) => {
      if (++executed === ITEMS / 2) trial.crash();
      return input;
    });
    const pattern = forEach("p", {
      items: () => Array.from({ length: ITEMS }, (_, index) => index),
      step: item,
      concurrencyMax: 100,
    });
    await (await trial.open([pattern])).start(pattern, 0, { id: "r" });
    await trial.crashed();
    const run = (await trial.open([pattern])).run("r");
    const outcome = await trial.outcome(run);
    assert(outcome.status === "completed");
    assert.deepEqual(
      outcome.output,
      Array.from({ length: ITEMS }, (_, index) => index),
    );
    assert.ok(executed <= ITEMS + 100, `${executed} executed`);
    const completed = (await trial.events("r")).filter((event) => event.kind === "step-completed");
    assert.equal(completed.length, ITEMS);
  },
);

lesson(
  "the history of a run with large values is small enough to be read",
  "temporalio/features#487",
  async (trial) => {
    const item = trial.agent("item", (input) => String(input).repeat(MEGABYTE));
    const pattern = forEach("p", { items: () => [1, 2, 3, 4, 5, 6, 7, 8], step: item });
    const run = await (await trial.open([pattern])).start(pattern, 0, { id: "r" });
    assert.equal((await trial.outcome(run)).status, "completed");
    const events = await trial.events("r");
    assert.equal(events.at(-1)?.kind, "run-ended");
    assert.ok(JSON.stringify(events).length < 20_000);
  },
);

lesson(
  "what an agent says after it has ended changes nothing and harms nobody",
  "temporalio/sdk-java#1256",
  async (trial) => {
    const late: StepContext[] = [];
    const first = trial.agent(
      "first",
      (_input, ctx) => {
        late.push(ctx);
        return 1;
      },
      { heartbeatTimeoutMs: 1_000, timeoutMs: 1_000 },
    );
    const second = trial.agent("second", async () => {
      for (const ctx of late) {
        ctx.heartbeat();
        ctx.progress(0.5, "late");
        ctx.log.info("late");
        await assert.rejects(ctx.run("late", () => 2));
      }
      return 2;
    });
    const pattern = sequential("p", { steps: [first, second] });
    const run = await (await trial.open([pattern])).start(pattern, 0, { id: "r" });
    assert.deepEqual(await trial.outcome(run), { status: "completed", output: 2 });
    await trial.advance(10_000);
    assert.deepEqual(
      (await trial.events("r")).map((event) => event.kind),
      ["run-started", "attempt-started", "step-completed", "attempt-started", "step-completed", "run-ended"],
    );
  },
);
