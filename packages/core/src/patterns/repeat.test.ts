// oxlint-disable vitest/expect-expect -- the compiler asserts, by `@ts-expect-error`
import { describe, expect, expectTypeOf, it } from "vitest";
import { z } from "zod";
import { agent, type Runnable } from "../delegation/agent.ts";
import { approval } from "./approval.ts";
import { delay } from "./delay.ts";
import { repeat } from "./repeat.ts";
import { sequential } from "./sequential.ts";
import { step } from "./step.ts";

interface Order {
  readonly total: number;
}
interface Reservation {
  readonly lines: number;
}

const Order = z.object({ total: z.number() });
const reserve = agent("reserve", {
  run: async (order: Order): Promise<Reservation> => ({ lines: order.total }),
});
const count = agent("count", { run: async (reservation: Reservation) => reservation.lines });

const a = agent("a", { run: (it: number) => it + 1 });
const until = (): boolean => true;
const build = (options: object) => () => repeat(a, { until, max: 3, ...options });

describe("repeat", () => {
  it("keeps its step, its condition and its bound, frozen", () => {
    const node = repeat(a, { until, max: 1_000_000 });
    expect(node).toEqual({ kind: "repeat", name: "a", step: a, until, max: 1_000_000 });
    expect(Object.isFrozen(node)).toBe(true);
  });

  it("has the name of its step, or its own", () => {
    expect(repeat(delay(3_000), { until, max: 1_000 }).name).toBe("delay-3000ms");
    expect(repeat(delay(3_000), { until, max: 1_000, name: "wait" }).name).toBe("wait");
  });

  it.each([
    ["no bound", build({ max: undefined }), "repeat 'a': max is undefined"],
    ["a bound below 1", build({ max: 0 }), "max is 0"],
    ["a bound above 1,000,000", build({ max: 1_000_001 }), "max is 1000001"],
    ["a bound with a fraction", build({ max: 1.5 }), "max is 1.5"],
    ["an empty name", build({ name: "" }), "repeat '': name is ''"],
    ["no condition", build({ until: undefined }), "until is undefined"],
    ["a condition that is none", build({ until: true }), "until is true"],
  ])("refuses %s", (_what, refused, message) => {
    expect(refused).toThrow(
      expect.objectContaining({ code: "pattern-invalid", message: expect.stringContaining(message) }),
    );
  });
});

describe("the types of repeat", () => {
  const improve = agent("improve", {
    run: async (it: Reservation): Promise<Reservation> => ({ lines: it.lines + 1 }),
  });

  it("hands until the output and says which iteration ended", () => {
    const loop = repeat(improve, {
      until: (output, ctx) => {
        expectTypeOf(output).toEqualTypeOf<Reservation>();
        expectTypeOf(ctx.iteration).toEqualTypeOf<number>();
        return output.lines > 3;
      },
      max: 5,
    });
    expectTypeOf(loop).toExtend<Runnable<"improve", Reservation, Reservation>>();
    expectTypeOf(repeat(improve, { until: () => true, max: 5, name: "loop" }).name).toEqualTypeOf<"loop">();
  });

  it("refuses a step that does not take its own output", () => {
    // @ts-expect-error count takes a reservation and gives a number
    repeat(count, { until: (output) => output > 3, max: 2 });
  });

  it("types until and the step inside from the pattern around it", () => {
    const pattern = sequential("fulfil", {
      input: Order,
      steps: [
        reserve,
        repeat(step(improve, { name: "i", input: (it, ctx) => ({ lines: it.lines + ctx.input.total }) }), {
          until: (output, ctx) => output.lines > ctx.input.total,
          max: 5,
        }),
        count,
      ],
    });
    expectTypeOf(pattern).toExtend<Runnable<"fulfil", { total: number }, number>>();
  });

  it("repeats a step that hands on its input, and hands it on itself", () => {
    const pattern = sequential("waits", {
      steps: [
        reserve,
        repeat(delay(5), {
          until: (output, ctx) => {
            expectTypeOf(output).toEqualTypeOf<Reservation>();
            return output.lines > ctx.iteration;
          },
          max: 1_000,
        }),
        repeat(approval("look"), { until: () => true, max: 2 }),
        count,
      ],
    });
    expectTypeOf(pattern).toExtend<Runnable<"waits", Order, number>>();
  });
});
