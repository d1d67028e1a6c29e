/** The types of limits; the checks of their values are among those of all options. */
// oxlint-disable vitest/expect-expect -- the compiler asserts, by `@ts-expect-error`
import { describe, it } from "vitest";
import { z } from "zod";
import { agent } from "../delegation/agent.ts";
import { delay } from "./delay.ts";
import { forEach } from "./for-each.ts";
import { parallel } from "./parallel.ts";
import { sequential } from "./sequential.ts";
import { when } from "./when.ts";

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
const any = agent("any", { run: async (it: unknown) => it });

describe("limits", () => {
  it("type the input of a key from the schema, or from the steps", () => {
    const key = (_context: unknown, input: { total: number }): string => input.total.toFixed();
    sequential("one", { input: Order, limits: [{ key, concurrency: 1 }], steps: [reserve] });
    sequential("two", {
      limits: [{ key: (context, input) => context.domain + input.total.toFixed(), perSecond: 5 }],
      steps: [
        reserve,
        when("large", { if: (previous, ctx) => ctx.input.total > previous.lines, then: delay(5) }),
        count,
      ],
    });
    forEach("three", {
      items: (it: string[]) => it,
      limits: [{ key: (_context, input) => input.join(), concurrency: 1 }],
      step: any,
    });
    parallel("four", {
      limits: [{ key: (_context, input) => String(input.total), perSecond: 1 }],
      tasks: { reserve },
    });
  });

  it("refuse a key that wants another input", () => {
    sequential("bad", {
      input: Order,
      // @ts-expect-error an order has no lines
      limits: [{ key: (_context, input) => String(input.lines), concurrency: 1 }],
      steps: [reserve],
    });
  });
});
