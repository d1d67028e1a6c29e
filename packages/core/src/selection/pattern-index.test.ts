import { expect, test } from "vitest";
import type { Context } from "../delegation/context.ts";
import type { Matches } from "../delegation/pattern.ts";
import { seededRandom, type Random } from "../random.ts";
import { compileMatches } from "./matching.ts";
import { PatternIndex } from "./pattern-index.ts";
import { fitOf } from "./serves.ts";
import type { Indexed } from "./shelves.ts";

interface Named extends Indexed {
  readonly name: string;
}

function entry(name: string, matches: Matches, order = 0): Named {
  return { name, matching: compileMatches(name, matches), order };
}

function indexOf(...entries: readonly Named[]): PatternIndex<Named> {
  const index = new PatternIndex<Named>();
  for (const each of entries) index.add(each);
  return index;
}

function context(given: Partial<Context>): Context {
  return {
    domain: "default",
    agentType: "default",
    priority: 2,
    attributes: {},
    principal: "local",
    grants: [],
    ...given,
  };
}

function namesFor(index: PatternIndex<Named>, given: Partial<Context>): string[] {
  return index.serving(context(given)).map((found) => found.entry.name);
}

test("an exact domain comes before the longest prefix, that before expressions, those before what serves all", () => {
  const index = indexOf(
    entry("all", {}),
    entry("expression", { domain: String.raw`orders\..+` }),
    entry("near", { domain: "orders.eu.*" }),
    entry("far", { domain: "orders.*" }),
    entry("exact", { domain: "orders.eu.north" }),
    entry("other", { domain: "orders.us" }),
  );
  expect(namesFor(index, { domain: "orders.eu.north" })).toEqual([
    "exact",
    "near",
    "far",
    "expression",
    "all",
  ]);
});

test("of equally fitting patterns the one registered first comes first", () => {
  const index = indexOf(entry("second", { domain: "d" }, 2), entry("first", { domain: "d" }, 1));
  expect(namesFor(index, { domain: "d" })).toEqual(["first", "second"]);
});

test("each thing a pattern asks for beside its domain makes it fit better", () => {
  const index = indexOf(
    entry("plain", { domain: "d" }, 1),
    entry("typed", { domain: "d", agentTypes: ["clerk"], attributes: { express: [true, "yes"] } }, 2),
    entry("light", { domain: "d", attributes: { sizeMb: { max: 10 } } }, 3),
  );
  const attributes = { express: true, sizeMb: 5 };
  expect(namesFor(index, { domain: "d", agentType: "clerk", attributes })).toEqual([
    "typed",
    "light",
    "plain",
  ]);
  expect(namesFor(index, { domain: "d", attributes: { express: "yes" } })).toEqual(["plain"]);
});

test("what is removed is found no more, and leaves the others", () => {
  const gone = [
    entry("exact", { domain: "d", attributes: { tenant: "a" } }),
    entry("below", { domain: "d.*", agentTypes: ["default", "clerk"] }),
    entry("expression", { domain: "[d]" }),
    entry("all", {}),
  ];
  const index = indexOf(entry("kept", { domain: "d", attributes: { tenant: "a" } }), ...gone);
  const given = { domain: "d", attributes: { tenant: "a" } };
  expect(namesFor(index, given)).toHaveLength(5);
  for (const each of gone) index.remove(each);
  expect(namesFor(index, given)).toEqual(["kept"]);
});

test("an expression that is added later is found for domains that were asked for before", () => {
  const index = indexOf(entry("early", { domain: "[d]" }));
  expect(namesFor(index, { domain: "d" })).toEqual(["early"]);
  index.add(entry("late", { domain: "[de]" }, 1));
  expect(namesFor(index, { domain: "d" })).toEqual(["early", "late"]);
});

test("the index finds what trying every pattern finds", () => {
  const random = seededRandom(1004);
  for (let round = 0; round < 40; round++) {
    const entries = Array.from({ length: 60 }, (_, order) => entry(`p${order}`, drawMatches(random), order));
    const index = indexOf(...entries);
    const kept = entries.filter((each) => (random.next() < 0.3 ? (index.remove(each), false) : true));
    for (let look = 0; look < 20; look++) {
      const given = context(drawContext(random));
      const expected = kept
        .filter(({ matching }) => fitOf(matching, given) !== undefined)
        .map(({ name }) => name);
      expect(namesFor(index, given).toSorted()).toEqual(expected.toSorted());
    }
  }
});

const DOMAINS = ["a", "a.b", "a.b.c", "a.c", "b"];

function pick<Value>(random: Random, values: readonly [Value, ...Value[]]): Value {
  return values[Math.floor(random.next() * values.length)] ?? values[0];
}

function drawMatches(random: Random): Matches {
  const domain = pick(random, [undefined, "*", "a.*", "a.b.*", "b.*", "a[.].", "a|b", ...DOMAINS]);
  const agentTypes = pick(random, [undefined, ["x"], ["x", "y"]]);
  const tenant = pick<unknown>(random, [undefined, "t", ["t", "u"], 1, null, { matches: "t|u" }]);
  const size = pick<unknown>(random, [undefined, { max: 1 }, [0, 1], { min: 1 }]);
  return {
    ...(domain === undefined ? {} : { domain }),
    ...(agentTypes ? { agentTypes } : {}),
    attributes: {
      ...(tenant === undefined ? {} : { tenant }),
      ...(size === undefined ? {} : { size }),
    },
  };
}

type Attributes = Context["attributes"];

const TENANTS: readonly [Attributes, ...Attributes[]] = [
  {},
  { tenant: "t" },
  { tenant: "u" },
  { tenant: 1 },
  { tenant: null },
  { tenant: ["t"] },
];
const SIZES: readonly [Attributes, ...Attributes[]] = [{}, { size: 0 }, { size: 1 }, { size: 2 }];

function drawContext(random: Random): Partial<Context> {
  return {
    domain: pick(random, ["a", ...DOMAINS]),
    agentType: pick(random, ["default", "x", "y"]),
    attributes: { ...pick(random, TENANTS), ...pick(random, SIZES) },
  };
}
