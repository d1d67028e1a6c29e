import { describe, expect, it } from "vitest";
import type { ContextRequest } from "./context.ts";
import { makeContext } from "./make-context.ts";

const caller = { principal: "local", grants: ["stock:read", "stock:write"] };
/** Plain JavaScript can hand over anything. */
const make = (request: unknown) => makeContext(request as ContextRequest, undefined, caller);

class Point {
  readonly x = 1;
}

const circle: { self?: unknown } = {};
circle.self = circle;

describe("a context", () => {
  it("gets a default for everything left out or undefined", () => {
    const wanted = {
      domain: "default",
      agentType: "default",
      priority: 2,
      attributes: {},
      principal: "local",
      grants: ["stock:read", "stock:write"],
    };
    expect(make({})).toEqual(wanted);
    const undefinedKeys = ["domain", "agentType", "priority", "attributes", "grants"].map((key) => [
      key,
      undefined,
    ]);
    expect(make(Object.fromEntries(undefinedKeys))).toEqual(wanted);
  });

  it.each([
    ["null", null, "context is null"],
    ["a list", [], "context is []"],
    ["a domain that is no text", { domain: 5 }, "context.domain is 5"],
    ["an empty agentType", { agentType: "" }, "context.agentType is ''"],
    ["a priority out of bounds", { priority: 5 }, "context.priority is 5"],
    ["a priority that is a text", { priority: "2" }, "context.priority is 2"],
    ["attributes that are a list", { attributes: [1] }, "context.attributes is [ 1 ]"],
    ["a date", { attributes: { at: new Date(0) } }, "context.attributes.at is 1970"],
    ["NaN", { attributes: { list: [1, Number.NaN] } }, "context.attributes.list[1] is NaN"],
    [
      "a function",
      { attributes: { deep: { call: Math.max } } },
      "context.attributes.deep.call is [Function: max]",
    ],
    ["a bigint", { attributes: { count: 1n } }, "context.attributes.count is 1n"],
    ["an instance of a class", { attributes: { point: new Point() } }, "context.attributes.point is Point"],
    ["undefined in a list", { attributes: { list: [undefined] } }, "context.attributes.list[0] is undefined"],
    ["an object that holds itself", { attributes: circle }, "is nested deeper than 32 levels"],
    ["grants that are one text", { grants: "stock:read" }, "context.grants is stock:read"],
    ["a misspelt key", { agenttype: "clerk" }, "context.agenttype is unknown"],
    ["a principal", { principal: "root" }, "context.principal is unknown"],
    ["too much", { attributes: { text: "x".repeat(9_000) } }, "more than 8192"],
  ])("is refused for %s", (_what, request, message) => {
    expect(() => make(request)).toThrow(
      expect.objectContaining({
        code: "option-invalid",
        message: expect.stringContaining(message) as string,
      }),
    );
  });

  it("is a frozen copy, and an attribute that is undefined counts as left out", () => {
    const attributes = { tenant: "acme", none: undefined, list: [{ on: true, off: null }] };
    const context = make({ attributes });
    expect(context.attributes).toEqual({ tenant: "acme", list: [{ on: true, off: null }] });
    expect("none" in context.attributes).toBe(false);
    expect(Object.isFrozen(context.attributes["list"])).toBe(true);
    expect(context.attributes["list"]).not.toBe(attributes.list);
  });

  it("can narrow what its caller holds, and never widen it", () => {
    expect(make({ grants: ["stock:read"] }).grants).toEqual(["stock:read"]);
    expect(() => make({ grants: ["mail:send"] })).toThrow(
      expect.objectContaining({ code: "permission-denied" }),
    );
  });
});
