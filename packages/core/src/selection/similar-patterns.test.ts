import { expect, test } from "vitest";
import { agent } from "../delegation/agent.ts";
import type { Matches, Pattern } from "../delegation/pattern.ts";
import { sequential } from "../patterns/sequential.ts";
import { lighterPatterns } from "./lighter-patterns.ts";
import { patternsBelow, unusedPatterns } from "./named-patterns.ts";
import { similarPatterns } from "./similar-patterns.ts";

function pattern(name: string, steps: string, matches?: Matches): Pattern {
  return sequential(name, {
    ...(matches && { matches }),
    steps: steps.split(" ").map((step) => agent(step, { run: () => 1 })),
  });
}

function named(patterns: readonly { readonly name: string }[]): string[] {
  return patterns.map(({ name }) => name);
}

const fulfil = pattern("orders.fulfil", "reserve charge ship notify", { domain: "orders" });
const express = pattern("orders.express", "reserve charge fly notify", {
  domain: "orders",
  attributes: { express: true },
});
const renamed = pattern("sell", "reserve charge ship notify");
const backup = pattern("ops.backup", "freeze copy verify", { domain: "ops" });
const all = [backup, renamed, express, fulfil];

test("patterns of the same steps are similar whatever they are called, others are not", () => {
  const found = similarPatterns(all, fulfil);
  expect(named(found.map((each) => each.pattern))).toEqual(["sell", "orders.express"]);
  for (const { similarity } of found) expect(similarity).toBeGreaterThan(0.3);
  expect(similarPatterns(all, backup)).toEqual([]);
});

test("the order of steps counts", () => {
  const [same] = similarPatterns([pattern("b", "reserve charge ship notify")], fulfil);
  const [turned] = similarPatterns([pattern("b", "notify ship charge reserve")], fulfil);
  expect(same?.similarity).toBeGreaterThan(turned?.similarity ?? 1);
});

test("a name alone finds its relatives", () => {
  expect(named(similarPatterns(all, { name: "orders.cancel" }).map((each) => each.pattern))).toEqual([
    "orders.express",
    "orders.fulfil",
  ]);
});

test("lighter are patterns that serve every context of the other in fewer steps, the lightest first", () => {
  const small = pattern("orders.small", "reserve charge", { domain: "orders.*" });
  const least = pattern("least", "reserve", {});
  const narrow = pattern("narrow", "reserve", { domain: "orders", attributes: { express: false } });
  const unnamed = pattern("unnamed", "reserve");
  const candidates = [...all, small, least, narrow, unnamed];
  expect(named(lighterPatterns(candidates, express))).toEqual(["least", "orders.small"]);
  expect(lighterPatterns(candidates, renamed)).toEqual([]);
  expect(lighterPatterns(candidates, least)).toEqual([]);
});

test("a name stands for what is below it, by whole parts", () => {
  const near = pattern("ordersx.other", "a");
  expect(named(patternsBelow([...all, near], "orders"))).toEqual(["orders.express", "orders.fulfil"]);
  expect(named(patternsBelow(all, "sell"))).toEqual(["sell"]);
});

test("patterns without runs are unused", () => {
  const runs = new Map([["sell", 3]]);
  expect(named(unusedPatterns(all, (name) => runs.get(name) ?? 0))).toEqual([
    "ops.backup",
    "orders.express",
    "orders.fulfil",
  ]);
});
