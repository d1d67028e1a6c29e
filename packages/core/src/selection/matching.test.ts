import { expect, test } from "vitest";
import type { AttributeValue, Context } from "../delegation/context.ts";
import type { Matches } from "../delegation/pattern.ts";
import { compileMatches } from "./matching.ts";
import { fitOf } from "./serves.ts";

function context(domain: string, attributes: Context["attributes"] = {}, agentType = "default"): Context {
  return { domain, agentType, priority: 2, attributes, principal: "local", grants: [] };
}

function serves(matches: Matches, given: Context): boolean {
  return fitOf(compileMatches("p", matches), given) !== undefined;
}

test.each([
  ["orders", "orders", true],
  ["orders", "orders.eu", false],
  ["orders.*", "orders.eu.north", true],
  ["orders.*", "orders", true],
  ["orders.*", "orders-eu", false],
  ["*", "anything", true],
  [String.raw`orders\.(eu|us)`, "orders.us", true],
  [String.raw`orders\.(eu|us)`, "orders.us.west", false],
  ["/ord.+/", "orders", true],
  ["(?i)orders", "ORDERS", true],
  ["my domain", "my domain", true],
])("the domain %s serves %s: %s", (domain, given, expected) => {
  expect(serves({ domain }, context(given))).toBe(expected);
});

test("without a domain, all are served", () => {
  expect(serves({}, context("whatever"))).toBe(true);
});

test("only the agent types that are listed are served", () => {
  expect(serves({ agentTypes: ["clerk", "robot"] }, context("d", {}, "robot"))).toBe(true);
  expect(serves({ agentTypes: ["clerk"] }, context("d"))).toBe(false);
});

const cases: readonly (readonly [unknown, AttributeValue, boolean])[] = [
  [true, true, true],
  [true, "true", false],
  [null, null, true],
  ["eu", "eu", true],
  [["eu", "us"], "us", true],
  [["eu", "us"], "asia", false],
  [{ max: 100 }, 100, true],
  [{ max: 100 }, 100.5, false],
  [{ min: 1, max: 3 }, 2, true],
  [{ min: 1 }, "2", false],
  [{ matches: "acme-.+" }, "acme-1", true],
  [{ matches: "acme-.+" }, "the acme-1", false],
  [{ matches: "1" }, 1, false],
];
test.each(cases)("the condition %j and the value %j: %s", (condition, value, expected) => {
  expect(serves({ attributes: { key: condition } }, context("d", { key: value }))).toBe(expected);
  expect(serves({ attributes: { key: condition } }, context("d"))).toBe(false);
});

test("an attribute that all objects have by birth is not one of the context", () => {
  expect(serves({ attributes: { constructor: { matches: ".*" } } }, context("d"))).toBe(false);
});

const refused: readonly (readonly [Matches, string])[] = [
  [
    { domain: "orders(" },
    "pattern 'p': matches.domain is orders(, which is no expression: missing closing ): `orders(`",
  ],
  [
    { domain: String.raw`(a)\1` },
    String.raw`pattern 'p': matches.domain is (a)\1, which is no expression: invalid escape sequence: ${"`\\1`"}`,
  ],
  [
    { domain: "((a{1,100}){1,100}){1,100}" },
    "pattern 'p': matches.domain is ((a{1,100}){1,100}){1,100}, which is no expression: invalid repeat count: `{1,100}`",
  ],
  [
    { domain: "(x{1,300}y)+" },
    "pattern 'p': matches.domain is (x{1,300}y)+, which has 605 instructions when its repetitions are written out",
  ],
  [
    { attributes: { tenant: { matches: "(?=a)" } } },
    "pattern 'p': matches.attributes.tenant.matches is (?=a), which is no expression: invalid or unsupported Perl syntax: `(?=`",
  ],
  [{ attributes: { size: { max: "9" } } }, "pattern 'p': matches.attributes.size.max is 9"],
  [
    { attributes: { size: { min: 3, max: 1 } } },
    "pattern 'p': matches.attributes.size is { min: 3, max: 1 }",
  ],
  [{ attributes: { size: { above: 3 } } }, "pattern 'p': matches.attributes.size is { above: 3 }"],
  [{ attributes: { size: [] } }, "pattern 'p': matches.attributes.size is []"],
  [{ attributes: { at: new Date(0) } }, "pattern 'p': matches.attributes.at is 1970-01-01T00:00:00.000Z"],
  [{ agentTypes: [] }, "pattern 'p': matches.agentTypes is []"],
  [{ agentTypes: "clerk" as never }, "pattern 'p': matches.agentTypes is clerk"],
  [{ domains: "orders" } as never, "pattern 'p': matches.domains is orders"],
];
test.each(refused)("%j is refused by pattern, property and value", (matches, message) => {
  expect(() => compileMatches("p", matches)).toThrow(
    expect.objectContaining({ code: "pattern-invalid", message }),
  );
});

test("a long expression is refused, and long texts match none", () => {
  expect(() => compileMatches("p", { domain: `(${"a|".repeat(300)})` })).toThrow(
    /, which has 602 characters$/,
  );
  expect(serves({ domain: "/a+/" }, context("a".repeat(1_000)))).toBe(true);
  expect(serves({ domain: "/a+/" }, context("a".repeat(1_001)))).toBe(false);
});

test("what is changed in `matches` afterwards has no effect", () => {
  const agentTypes = ["clerk"];
  const attributes: { [key: string]: unknown } = { express: true };
  const matching = compileMatches("p", { agentTypes, attributes });
  agentTypes.push("robot");
  attributes["express"] = false;
  expect(fitOf(matching, context("d", { express: true }, "clerk"))).toBeDefined();
  expect(fitOf(matching, context("d", { express: true }, "robot"))).toBeUndefined();
});
