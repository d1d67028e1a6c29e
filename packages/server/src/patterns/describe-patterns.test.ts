import { agent, approval, delay, forEach, meta, parallel, sequential } from "@reeve/core";
import { expect, test } from "vitest";
import { z } from "zod";
import type { PlaceView } from "../contract/pattern.ts";
import { describePatterns } from "./describe-patterns.ts";

const a = agent("a/x", { requires: ["stock:write"], undo: () => {}, run: () => 1 });
const b = agent("b", { run: () => 1 });

test("a pattern is described with the paths that its steps have in events", () => {
  const items = forEach("items", { items: () => [1], step: a });
  const pattern = meta("all", {
    phases: [
      { name: "first", patterns: [sequential("s", { steps: [items] })], coordination: "sequential" },
      { name: "next", patterns: [parallel("p", { tasks: { l: a, r: b }, needs: { r: ["l"] } })] },
    ],
  });
  const [described] = describePatterns([pattern]).patterns;
  expect(described && linesOf(described.tree)).toEqual([
    "meta all",
    "phase first first",
    "sequential s first/s",
    "for-each items first/s/items",
    "agent a/x first/s/items/[*]",
    "phase next next",
    "parallel p next/p",
    "agent l next/p/l",
    "agent r next/p/r after l",
  ]);
});

test("a delay says how long it lasts", () => {
  const [described] = describePatterns([
    sequential("later", { steps: [delay(60_000, { name: "rest" }), b] }),
  ]).patterns;
  expect(described?.tree.children.map(({ label, delayMs }) => [label, delayMs])).toEqual([
    ["rest", 60_000],
    ["b", null],
  ]);
});

test("the version registered last is the one described, with all versions named", () => {
  const old = sequential("copying", { version: "1", steps: [b] });
  const newer = sequential("copying", { version: "2", steps: [b, a] });
  const { patterns, agents } = describePatterns([old, newer]);
  expect(patterns).toMatchObject([
    { name: "copying", version: "2", versions: ["2", "1"], requires: ["stock:write"], agents: ["b", "a/x"] },
  ]);
  expect(agents).toContainEqual(
    expect.objectContaining({ name: "a/x", hasUndo: true, patterns: ["copying"] }),
  );
});

test("approvals that the starter must not answer are named", () => {
  const pattern = sequential("guarded", {
    steps: [approval("release", { notBy: "starter" }), approval("note")],
  });
  expect(describePatterns([pattern]).notByStarter).toEqual([["guarded", ["release"]]]);
});

test("versions of patterns that never wait for a person are named", () => {
  const release = approval("release");
  const nested = sequential("nested", { steps: [a, sequential("inner", { steps: [release] })] });
  const old = sequential("copying", { version: "1", steps: [release, a] });
  const newer = sequential("copying", { version: "2", steps: [a] });
  expect(describePatterns([nested, old, newer]).unattended).toEqual([
    ["nested", []],
    ["copying", ["2"]],
  ]);
});

test("what is described can be handed to another thread", () => {
  const described = describePatterns([sequential("copying", { steps: [a] })]);
  expect(structuredClone(described)).toEqual(described);
  expect(z.json().safeParse(described).success).toBe(true);
});

function linesOf({ kind, label, path, needs, children }: PlaceView): string[] {
  const after = needs.length > 0 ? ` after ${needs.join(", ")}` : "";
  return [`${kind} ${label} ${path}`.trim() + after, ...children.flatMap(linesOf)];
}
