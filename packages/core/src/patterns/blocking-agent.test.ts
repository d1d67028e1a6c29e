import { expect, test } from "vitest";
import { agent } from "../delegation/agent.ts";
import type { PatternNode } from "../delegation/pattern.ts";
import { blockingAgent } from "./blocking-agent.ts";
import { degrade } from "./degrade.ts";
import { forEach } from "./for-each.ts";
import { meta } from "./meta.ts";
import { parallel } from "./parallel.ts";
import { sequential } from "./sequential.ts";
import { step } from "./step.ts";
import { when } from "./when.ts";

const named = <const Name extends string>(name: Name) => agent(name, { run: async (input: number) => input });
const [down, up] = [named("down"), named("up")];
const items = (input: number): number[] => [input];

test.each<[string, PatternNode, string | undefined]>([
  ["a step of a sequence", sequential("p", { steps: [up, down] }), "down"],
  ["a step under another name", sequential("p", { steps: [step(down, { name: "other" })] }), "down"],
  [
    "a step that may not be taken",
    sequential("p", { steps: [up, when("w", { if: () => true, then: down })] }),
    undefined,
  ],
  ["a branch", parallel("p", { tasks: { up, down } }), "down"],
  ["a branch that may fail", parallel("p", { tasks: { up, down }, tolerate: { failures: 1 } }), undefined],
  ["the step for each item", forEach("p", { items, step: down }), "down"],
  [
    "one that may fail for some items",
    forEach("p", { items, step: down, tolerate: { failureRate: 0.5 } }),
    undefined,
  ],
  ["one level of a chain", degrade("p", [down, up]), undefined],
  ["each level of a chain", degrade("p", [sequential("deep", { steps: [up, down] }), down]), "down"],
  [
    "a phase",
    meta("p", { phases: [{ name: "one", patterns: [sequential("s", { steps: [down] })] }] }),
    "down",
  ],
  ["none", sequential("p", { steps: [up] }), undefined],
])("an agent that is out of order as %s", (_what, pattern, blocking) => {
  expect(blockingAgent(pattern, (name) => name === "down")).toBe(blocking);
});
