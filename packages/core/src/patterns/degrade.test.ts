import { expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { agent, type Runnable } from "../delegation/agent.ts";
import type { DegradeNode } from "../delegation/pattern.ts";
import { adviceOn } from "./advice.ts";
import { approval } from "./approval.ts";
import { degrade } from "./degrade.ts";
import { patternVersion } from "./fingerprint.ts";
import { forEach } from "./for-each.ts";
import { meta } from "./meta.ts";
import { parallel } from "./parallel.ts";
import { sequential } from "./sequential.ts";
import { step } from "./step.ts";
import { leaves, requiredGrants, usableGrants } from "./tree.ts";

interface Text {
  readonly text: string;
}
const deep = agent("deep", {
  requires: ["gpu"],
  run: async ({ text }: Text) => ({ words: text.split(" ") }),
});
const count = agent("count", { requires: ["read"], run: async ({ text }: Text) => text.length });
const standard = sequential("standard", { steps: [count] });
const basic = agent("basic", { requires: ["read"], run: async (_input: Text) => null });
const number = agent("number", { run: async (it: number) => it });

test("a chain takes what its levels take and gives what any of them gives", () => {
  const analysis = degrade("analysis", [deep, standard, basic]);
  expectTypeOf(analysis).toExtend<Runnable<"analysis", Text, { words: string[] } | number | null>>();
  expectTypeOf<OutputOf<typeof analysis>>().toEqualTypeOf<{ words: string[] } | number | null>();
  // What hands on its input gives what the chain takes.
  const asked = degrade("asked", [approval("ask", { timeoutMs: 5 }), deep]);
  expectTypeOf<OutputOf<typeof asked>>().toEqualTypeOf<Text | { words: string[] }>();
  const typed = degrade(
    "typed",
    [deep, step(basic, { name: "b", input: (it, ctx) => ({ text: it.text + ctx.input.language }) })],
    { input: z.object({ text: z.string(), language: z.string() }) },
  );
  expectTypeOf(typed).toExtend<Runnable<"typed", { text: string; language: string }>>();
});

type OutputOf<Node extends { readonly "~types"?: { readonly output: unknown } }> = NonNullable<
  Node["~types"]
>["output"];

test("a level that does not take the input is a compile error", () => {
  // @ts-expect-error level 'number' cannot take what level 'deep' takes
  degrade("analysis", [deep, number]);
  // @ts-expect-error level 'basic' cannot take the chain's input
  degrade("analysis", [number, basic], { input: z.number() });
  // @ts-expect-error fallback 'number' cannot take the pattern's input
  sequential("analysis", { steps: [count], fallback: number });
  // @ts-expect-error there is no level 'depe'
  expect(() => degrade("analysis", [deep, basic], { resources: { depe: { cpu: 1 } } })).toThrow(
    "degrade 'analysis': resources is for 'depe'",
  );
});

test.each([
  ["levels is []", () => degrade("chain", [])],
  ["levels[1] is 5", () => degrade("chain", [deep, 5 as never])],
  ["levels is twice 'deep'", () => degrade("chain", [deep, deep])],
  ["resourceThreshold is 70", () => degrade("chain", [deep], { resourceThreshold: 70 })],
  ["resources.deep.cpu is 2", () => degrade("chain", [deep], { resources: { deep: { cpu: 2 } } })],
  ["resources.deep is {}", () => degrade("chain", [deep], { resources: { deep: {} } })],
])("what is out of its bounds is refused: %s", (message, build) => {
  expect(build).toThrow(
    expect.objectContaining({ code: "pattern-invalid", message: expect.stringContaining(message) }),
  );
});

test("a chain needs what its minimal level needs, and can use what all need", () => {
  const chain = sequential("outer", { steps: [degrade("analysis", [deep, standard, basic])] });
  expect(requiredGrants(chain)).toEqual(["read"]);
  expect(usableGrants(chain)).toEqual(["gpu", "read"]);
  expect(leaves(chain).map(({ template }) => template)).toEqual([
    "analysis/deep",
    "analysis/standard/count",
    "analysis/basic",
  ]);
});

test("another level or another order is another version, another limit is not", () => {
  const version = patternVersion(degrade("analysis", [deep, basic]));
  expect(patternVersion(degrade("analysis", [basic, deep]))).not.toBe(version);
  expect(patternVersion(degrade("analysis", [deep, standard, basic]))).not.toBe(version);
  expect(patternVersion(degrade("analysis", [deep, basic], { resourceThreshold: 0.5 }))).toBe(version);
});

test("how busy the machine may be is told by the chain, else by the level", () => {
  const wide = parallel("wide", { tasks: { count }, resourceThreshold: 0.6 });
  const phased = meta("phased", { phases: [{ name: "one", patterns: [count], resources: { memory: 0.4 } }] });
  const limits = (chain: DegradeNode) => chain.levels.map((level) => level.resources);
  expect(limits(degrade("chain", [wide, phased, count]))).toEqual([
    { cpu: 0.6, memory: 0.6 },
    { cpu: undefined, memory: 0.4 },
    undefined,
  ]);
  expect(
    limits(degrade("chain", [wide, count], { resourceThreshold: 0.8, resources: { wide: { cpu: 0.9 } } })),
  ).toEqual([
    { cpu: 0.9, memory: undefined },
    { cpu: 0.8, memory: 0.8 },
  ]);
});

test("a pattern with a fallback is a chain of two that keeps name, contexts and schema", () => {
  const head = { matches: { domain: "texts" }, input: z.object({ text: z.string() }), timeoutMs: 50 };
  const chains = [
    sequential("own", { ...head, steps: [count], fallback: basic }),
    parallel("own", { ...head, tasks: { count }, resourceThreshold: 0.6, fallback: basic }),
    forEach("own", { ...head, items: (it) => it.text.split(" "), step: number as never, fallback: basic }),
    meta("own", { ...head, phases: [{ name: "one", patterns: [count] }], fallback: basic }),
  ] as const;
  expectTypeOf<OutputOf<(typeof chains)[0]>>().toEqualTypeOf<number | null>();
  expectTypeOf<OutputOf<(typeof chains)[1]>>().toEqualTypeOf<{ count: number } | null>();
  for (const chain of chains) {
    expect(chain).toMatchObject({ kind: "degrade", name: "own", matches: head.matches, input: head.input });
    expect(chain.timeoutMs).toBeUndefined();
    const [own, fallback] = chain.levels;
    expect(own?.node).toMatchObject({ name: "own", input: undefined, matches: undefined, timeoutMs: 50 });
    expect(own?.learnedAs).toBe("own (without fallback)");
    expect(fallback?.node).toBe(basic);
  }
  expect(chains[1].levels[0]?.resources).toEqual({ cpu: 0.6, memory: 0.6 });
  expect(() => sequential("basic", { steps: [count], fallback: basic })).toThrow("called 'basic' too");
});

test("advice names a chain of one, and one whose minimal level has more to do than the preferred one", () => {
  const codes = (chain: DegradeNode) => adviceOn(chain).map(({ code }) => code);
  const timed = { timeoutMs: 5 };
  expect(codes(degrade("single", [count], timed))).toEqual(["level-single"]);
  const long = sequential("long", { steps: [count, number] });
  expect(codes(degrade("turned", [count, long], timed))).toEqual(["levels-reversed"]);
  expect(codes(degrade("right", [long, count], timed))).toEqual([]);
});
