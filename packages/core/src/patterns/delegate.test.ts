import { describe, expect, expectTypeOf, it } from "vitest";
import { z } from "zod";
import { agent, type Runnable } from "../delegation/agent.ts";
import type { ContextRequest } from "../delegation/context.ts";
import { delegate } from "./delegate.ts";
import { sequential } from "./sequential.ts";

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

/** Plain JavaScript can hand over anything. */
const build = (context: unknown, options?: object) => () => delegate(context as ContextRequest, options);

describe("delegate", () => {
  it("keeps a copy of its context that nobody can change", () => {
    const attributes = { express: true, tags: ["a"] };
    const node = delegate({ domain: "orders", attributes });
    attributes.tags.push("b");
    expect(node).toEqual({
      kind: "delegate",
      name: "delegate",
      context: { domain: "orders", attributes: { express: true, tags: ["a"] } },
      timeoutMs: undefined,
      explore: undefined,
    });
    expect(Object.isFrozen(node)).toBe(true);
    expect(() => Object.assign(node.context, { domain: "other" })).toThrow(TypeError);
  });

  it("keeps a function that makes the context, a name and a deadline", () => {
    const context = (): ContextRequest => ({ domain: "orders" });
    const node = delegate(context, { name: "help", timeoutMs: 500, explore: false });
    expect(node).toEqual({ kind: "delegate", name: "help", context, timeoutMs: 500, explore: false });
  });

  it.each([
    ["no context", build(undefined), "delegate 'delegate': context is undefined"],
    ["a context that is a text", build("orders"), "context is orders"],
    ["a misspelt key", build({ domian: "orders" }), "context.domian is unknown"],
    ["an empty domain", build({ domain: "" }), "context.domain is ''"],
    ["a priority out of bounds", build({ priority: 9 }, { name: "help" }), "'help': context.priority is 9"],
    ["grants that are one text", build({ grants: "all" }), "context.grants is all"],
    [
      "a function among the attributes",
      build({ attributes: { call: () => 1 } }),
      "context.attributes.call is",
    ],
    ["an empty name", build({}, { name: "" }), "delegate '': name is ''"],
    ["no word on exploring", build({}, { explore: "no" }), "explore is no"],
    ["a deadline of 0", build({}, { timeoutMs: 0 }), "timeoutMs is 0"],
  ])("refuses %s", (_what, refused, message) => {
    expect(refused).toThrow(
      expect.objectContaining({ code: "pattern-invalid", message: expect.stringContaining(message) }),
    );
  });

  it("says which key was probably meant", () => {
    expect(build({ domian: "orders" })).toThrow(expect.objectContaining({ hint: "did you mean 'domain'?" }));
  });
});

describe("the types of delegate", () => {
  const any = agent("any", { run: async (it: unknown) => String(it) });

  it("takes anything and gives what nobody knows yet", () => {
    expectTypeOf(delegate({})).toExtend<Runnable<"delegate", unknown>>();
    expectTypeOf(delegate({}, { name: "help" }).name).toEqualTypeOf<"help">();
    sequential("helped", { steps: [reserve, delegate({ domain: "stock" }), any] });
    // @ts-expect-error count takes a reservation, and nobody knows the output of a delegate
    sequential("bad", { steps: [reserve, delegate({ domain: "stock" }), count] });
  });

  it("types a function that makes the context", () => {
    sequential("helped", {
      input: Order,
      steps: [
        reserve,
        delegate((input, ctx) => {
          expectTypeOf(input).toEqualTypeOf<Reservation>();
          return { domain: "stock", priority: ctx.input.total > 1_000 ? 3 : 2 };
        }),
        any,
      ],
    });
  });

  it("refuses a misspelt key", () => {
    // @ts-expect-error there is no domian
    expect(() => delegate({ domian: "stock" })).toThrow("context.domian is unknown");
  });
});
