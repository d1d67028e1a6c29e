import { describe, expect, it } from "vitest";
import { agent } from "../delegation/agent.ts";
import { approval } from "./approval.ts";
import { delay } from "./delay.ts";
import { delegate } from "./delegate.ts";
import { forEach } from "./for-each.ts";
import { meta } from "./meta.ts";
import { parallel } from "./parallel.ts";
import { repeat } from "./repeat.ts";
import { sequential } from "./sequential.ts";
import { step } from "./step.ts";
import { agentsOf, approvals, leaves, matchesTemplate, requiredGrants } from "./tree.ts";
import { when } from "./when.ts";

const a = agent("a", { run: () => [1], requires: ["stock:write", "mail:send"] });
const b = agent("b", { run: () => 2, requires: ["mail:send"] });
const look = approval("look");

const inner = sequential("inner", { steps: [step(a, { name: "x/y" }), look] });
const pattern = meta("estate", {
  phases: [
    { name: "first", patterns: [inner, parallel("both", { tasks: { one: inner, two: b } })] },
    {
      name: "second",
      patterns: [
        forEach("each", { items: () => [1], step: when("large", { if: () => true, then: inner }) }),
        forEach("direct", { items: () => [1], step: inner }),
        step(inner, { name: "renamed" }),
        when("late", { if: () => true, then: step(look, { name: "ask" }) }),
        delay(5),
        repeat(inner, { until: () => true, max: 2, name: "loop" }),
        repeat(repeat(look, { until: () => true, max: 2 }), { until: () => true, max: 2 }),
        delegate({ domain: "mail" }),
      ],
    },
  ],
});

describe("a pattern as a tree", () => {
  it("has the paths that its steps get", () => {
    expect(leaves(pattern).map((leaf) => leaf.template)).toEqual([
      "first/inner/x%2fy",
      "first/inner/look",
      "first/both/one/x%2fy",
      "first/both/one/look",
      "first/both/two",
      "second/each/[*]/inner/x%2fy",
      "second/each/[*]/inner/look",
      "second/direct/[*]/x%2fy",
      "second/direct/[*]/look",
      "second/renamed/x%2fy",
      "second/renamed/look",
      "second/late/ask",
      "second/delay-5ms",
      "second/loop/[*]/x%2fy",
      "second/loop/[*]/look",
      "second/look/[*]/[*]",
      "second/delegate",
    ]);
  });

  it("knows its approvals at every place", () => {
    expect(approvals(pattern)).toHaveLength(8);
    expect(approvals(inner)).toEqual([{ template: "look", node: look }]);
  });

  it("knows its agents and the grants they require, each once", () => {
    expect(agentsOf(pattern)).toEqual([a, b]);
    expect(requiredGrants(pattern)).toEqual(["mail:send", "stock:write"]);
  });
});

describe("a template", () => {
  it.each([
    ["each/[*]/look", "each/[17]/look", true],
    ["each/[*]/look", "each/[17]/other", false],
    ["each/[*]/look", "each/[17]/look/undo", false],
    ["each/[*]/look", "each/17/look", false],
    ["each/[*]", "each/[]", false],
    ["look", "look", true],
  ])("%s stands for %s: %s", (template, path, expected) => {
    expect(matchesTemplate(template, path)).toBe(expected);
  });
});
