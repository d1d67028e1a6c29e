/** What the compiler makes of patterns; the errors it gives in words are pinned in flow.test.ts. */
// oxlint-disable vitest/expect-expect -- the compiler asserts, by `@ts-expect-error`
import { describe, expect, expectTypeOf, it } from "vitest";
import { z } from "zod";
import { agent, type Agent, type Runnable } from "../delegation/agent.ts";
import type { Outcome, Settled } from "../delegation/outcome.ts";
import type { Pattern, PatternNode } from "../delegation/pattern.ts";
import { approval } from "./approval.ts";
import { delay } from "./delay.ts";
import { forEach } from "./for-each.ts";
import { meta } from "./meta.ts";
import { parallel } from "./parallel.ts";
import { sequential } from "./sequential.ts";
import { step } from "./step.ts";
import { when } from "./when.ts";

interface Order {
  readonly total: number;
}
interface Reservation {
  readonly lines: number;
}
interface Receipt {
  readonly paid: number;
}
interface Charge {
  readonly order: Order;
  readonly reservation: Reservation;
}

const Order = z.object({ total: z.number() });
const reserve = agent("reserve", {
  run: async (order: Order): Promise<Reservation> => ({ lines: order.total }),
});
const charge = agent("charge", { run: async (it: Charge): Promise<Receipt> => ({ paid: it.order.total }) });
const ship = agent("ship", { run: async (receipt: Receipt) => receipt.paid.toFixed() });
const count = agent("count", { run: async (reservation: Reservation) => reservation.lines });

/** Typed as the runtime's `start` is; runs nothing. */
function start<Input, Output>(
  pattern: Runnable<string, Input, Output> & Pattern,
  input: Input,
): Outcome<Output> | undefined {
  void [pattern, input];
  return undefined;
}
type OutputOfRun<Result> =
  Extract<Result, { status: "completed" }> extends { output: infer Output } ? Output : never;

describe("sequential", () => {
  it("takes what its first step takes and gives what its last step gives", () => {
    const pattern = sequential("two", { steps: [reserve, count] });
    const run = start(pattern, { total: 1 });
    expectTypeOf(pattern.name).toEqualTypeOf<"two">();
    expectTypeOf<OutputOfRun<typeof run>>().toEqualTypeOf<number>();
    // @ts-expect-error the first step takes an order
    start(pattern, { totl: 1 });
  });

  it("refuses a step that does not take the output before it", () => {
    sequential("bad", {
      steps: [
        reserve,
        // @ts-expect-error charge wants an order and a reservation
        charge,
        ship,
      ],
    });
  });

  it("refuses a first step that does not take what the schema lets through", () => {
    sequential("bad", {
      input: Order,
      steps: [
        // @ts-expect-error ship takes a receipt
        ship,
      ],
    });
  });

  it("refuses what is no step", () => {
    const build = () =>
      sequential("bad", {
        steps: [
          reserve,
          // @ts-expect-error a number is no step
          5,
        ],
      });
    expect(build).toThrow("steps[1] is 5");
  });

  it("types the callbacks of inner steps from the schema and the step before", () => {
    const pattern = sequential("fulfil", {
      input: Order,
      steps: [
        reserve,
        step(charge, {
          name: "charge-card",
          input: (previous, ctx) => {
            expectTypeOf(previous).toEqualTypeOf<Reservation>();
            expectTypeOf(ctx.input).toEqualTypeOf<{ total: number }>();
            expectTypeOf(ctx.outputOf(reserve)).toEqualTypeOf<Reservation>();
            return { order: ctx.input, reservation: previous };
          },
        }),
        when("large", { if: (_previous, ctx) => ctx.input.total > 1_000, then: approval("second-look") }),
        ship,
      ],
    });
    expectTypeOf(pattern).toExtend<Runnable<"fulfil", { total: number }, string>>();
  });

  it("refuses a typo in ctx.input, and a made input that does not fit", () => {
    sequential("typo", {
      input: Order,
      steps: [
        reserve,
        // @ts-expect-error there is no totl
        when("large", { if: (_previous, ctx) => ctx.input.totl > 1_000, then: count }),
      ],
    });
    sequential("wrong", {
      input: Order,
      steps: [
        reserve,
        // @ts-expect-error the reservation is missing
        step(charge, { name: "charge-card", input: (_previous, ctx) => ({ order: ctx.input }) }),
        ship,
      ],
    });
  });

  it("types callbacks from the first step where there is no schema", () => {
    sequential("bare", {
      steps: [
        reserve,
        when("large", { if: (previous, ctx) => ctx.input.total > previous.lines, then: delay(5) }),
        count,
      ],
    });
  });

  it("checks what is annotated behind another step with callbacks, where the compiler can't know it", () => {
    const paid = step(count, { name: "again", input: (it: Receipt) => ({ lines: it.paid }) });
    sequential("chain", {
      steps: [
        reserve,
        step(charge, { name: "c", input: (previous, ctx) => ({ order: ctx.input, reservation: previous }) }),
        step(count, {
          name: "d",
          input: (receipt: Receipt, ctx) => ({ lines: receipt.paid + ctx.input.total }),
        }),
      ],
    });
    sequential("bad", {
      // @ts-expect-error `again` takes a receipt
      steps: [reserve, step(count, { name: "same", input: (it: Reservation) => it }), paid],
    });
  });

  it("refuses an annotation of ctx that the pattern does not keep", () => {
    sequential("bad", {
      input: Order,
      steps: [
        reserve,
        // @ts-expect-error the pattern's input is an order
        step(count, {
          name: "c",
          input: (it: Reservation, ctx: WalkOf<string>) => ({ lines: it.lines + ctx.input.length }),
        }),
      ],
    });
  });

  it("lets delay, approval and a when not taken hand on the type before them", () => {
    const pattern = sequential("waits", {
      input: Order,
      steps: [reserve, delay(5), approval("look"), count],
    });
    expectTypeOf(pattern).toExtend<Runnable<"waits", { total: number }, number>>();
    const open = sequential("open", {
      steps: [reserve, when("w", { if: () => true, then: count }), delay(1)],
    });
    const run = start(open, { total: 1 });
    expectTypeOf<OutputOfRun<typeof run>>().toEqualTypeOf<number | Reservation>();
    sequential("bad", {
      // @ts-expect-error ship takes a receipt, and the delay hands on a reservation
      steps: [reserve, delay(5), ship],
    });
  });

  it("takes what comes after leading delays", () => {
    const pattern = sequential("later", { steps: [delay(5), reserve] });
    // @ts-expect-error reserve takes an order
    start(pattern, "order");
    start(pattern, { total: 1 });
  });

  it("types the merge of an approval", () => {
    const pattern = sequential("asks", {
      steps: [
        reserve,
        approval("look", {
          schema: z.object({ extra: z.number() }),
          merge: (reservation, answer) => ({ paid: reservation.lines + answer.extra }),
        }),
        ship,
      ],
    });
    expectTypeOf(pattern).toExtend<Runnable<"asks", Order, string>>();
  });

  it("takes patterns as steps", () => {
    const inner = sequential("inner", { steps: [reserve, count] });
    const outer = sequential("outer", {
      steps: [inner, agent("show", { run: async (it: number) => it.toFixed() })],
    });
    expectTypeOf(outer).toExtend<Runnable<"outer", Order, string>>();
    expectTypeOf(outer).toExtend<PatternNode>();
  });
});

type WalkOf<Input> = Parameters<Parameters<typeof when<"w", unknown, Input, unknown, unknown>>[1]["if"]>[1];

const probe = agent("probe", { run: async (target: { url: string }) => target.url.length });
const login = agent("login", { run: async (it: { user: string }) => it.user });

describe("parallel", () => {
  it("takes what all tasks take and keys the outputs alike", () => {
    const pattern = parallel("both", { tasks: { probe, login } });
    const run = start(pattern, { url: "", user: "" });
    expectTypeOf<OutputOfRun<typeof run>>().toEqualTypeOf<{ probe: number; login: string }>();
    // @ts-expect-error login wants a user
    start(pattern, { url: "" });
  });

  it("gives settled values where failures are tolerated", () => {
    const run = start(parallel("some", { tasks: { probe, login }, tolerate: { quorum: 1 } }), {
      url: "",
      user: "",
    });
    expectTypeOf<OutputOfRun<typeof run>>().toEqualTypeOf<{
      probe: Settled<number>;
      login: Settled<string>;
    }>();
  });

  it("refuses a task that does not take the input, and unknown names in needs", () => {
    // @ts-expect-error login takes a user
    parallel("bad", { input: z.object({ url: z.string() }), tasks: { probe, login } });
    // @ts-expect-error there is no task prob
    expect(() => parallel("bad", { tasks: { probe, login }, needs: { login: ["prob"] } })).toThrow("prob");
  });

  it("types the callbacks of its tasks", () => {
    const pattern = parallel("mapped", {
      input: z.object({ host: z.string() }),
      tasks: {
        probe: step(probe, { name: "p", input: (input, ctx) => ({ url: input.host + ctx.input.host }) }),
        wait: delay(5),
      },
    });
    const run = start(pattern, { host: "a" });
    expectTypeOf<OutputOfRun<typeof run>>().toEqualTypeOf<{ probe: number; wait: { host: string } }>();
  });
});

describe("forEach", () => {
  const Files = z.object({ files: z.array(z.string()) });
  const size = agent("size", { run: async (file: string) => file.length });
  const sizes = agent("sizes", { run: async (files: string[]) => files.map((file) => file.length) });

  it("gives one output per item", () => {
    const pattern = forEach("scan", { input: Files, items: (input) => input.files, step: size });
    expectTypeOf(pattern).toExtend<Runnable<"scan", { files: string[] }, number[]>>();
  });

  it("hands lists to a step with batch and joins what it returns", () => {
    const pattern = forEach("scan", { input: Files, items: (input) => input.files, step: sizes, batch: 50 });
    const run = start(pattern, { files: [] });
    expectTypeOf<OutputOfRun<typeof run>>().toEqualTypeOf<number[]>();
    const some = forEach("scan", {
      items: (it: string[]) => it,
      step: sizes,
      batch: 5,
      tolerate: { failureRate: 0.1 },
    });
    const runOfSome = start(some, ["a"]);
    expectTypeOf<OutputOfRun<typeof runOfSome>>().toEqualTypeOf<Settled<number>[]>();
  });

  it("refuses a step that does not take the items", () => {
    // @ts-expect-error sizes takes a list
    forEach("scan", { input: Files, items: (input) => input.files, step: sizes });
    // @ts-expect-error size takes a single file
    forEach("scan", { input: Files, items: (input) => input.files, step: size, batch: 5 });
  });

  it("types the callbacks of its step", () => {
    const pattern = forEach("scan", {
      input: Files,
      items: (input) => input.files,
      step: step(size, { name: "s", input: (file: string, ctx) => file + ctx.input.files.length.toFixed() }),
    });
    expectTypeOf(pattern).toExtend<Runnable<"scan", { files: string[] }, number[]>>();
  });
});

describe("meta", () => {
  const number = agent("number", { run: async (it: { root: string }) => it.root.length });
  const text = agent("text", { run: async (it: { root: string }) => it.root });
  const sum = agent("sum", {
    run: async (it: { number: number; text: string }) => it.number + it.text.length,
  });

  it("hands each phase the outputs of the one before and gives the last ones", () => {
    const pattern = meta("estate", {
      phases: [
        {
          name: "look",
          patterns: [number, text],
          success: { coverageMin: 0.5, coverage: (outputs) => outputs.number / outputs.text.length },
        },
        { name: "add", patterns: [sum] },
      ],
    });
    const run = start(pattern, { root: "" });
    expectTypeOf<OutputOfRun<typeof run>>().toEqualTypeOf<{ sum: number }>();
  });

  it("refuses a pattern that does not take the phase before", () => {
    meta("estate", {
      phases: [
        { name: "look", patterns: [number] },
        // @ts-expect-error sum wants the text too
        { name: "add", patterns: [sum] },
      ],
    });
  });

  it("types the callbacks of its patterns", () => {
    const pattern = meta("estate", {
      input: z.object({ root: z.string() }),
      phases: [
        { name: "look", patterns: [number, text] },
        {
          name: "add",
          patterns: [
            step(sum, {
              name: "s",
              input: (before, ctx) => ({ number: before.number, text: ctx.input.root }),
            }),
          ],
        },
      ],
    });
    const run = start(pattern, { root: "" });
    expectTypeOf<OutputOfRun<typeof run>>().toEqualTypeOf<{ s: number }>();
  });
});

it("agents keep their types", () => {
  expectTypeOf(reserve).toEqualTypeOf<Agent<"reserve", Order, Reservation>>();
});
