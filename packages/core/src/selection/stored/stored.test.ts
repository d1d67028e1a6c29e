import { hash } from "node:crypto";
import { expect, test } from "vitest";
import { z } from "zod";
import { agent, type AgentNode } from "../../delegation/agent.ts";
import type { Pattern, PatternNode } from "../../delegation/pattern.ts";
import { approval } from "../../patterns/approval.ts";
import { degrade } from "../../patterns/degrade.ts";
import { delay } from "../../patterns/delay.ts";
import { delegate } from "../../patterns/delegate.ts";
import { patternVersion } from "../../patterns/fingerprint.ts";
import { forEach } from "../../patterns/for-each.ts";
import { meta } from "../../patterns/meta.ts";
import { parallel } from "../../patterns/parallel.ts";
import { sequential } from "../../patterns/sequential.ts";
import { step } from "../../patterns/step.ts";
import { agentsOf, requiredGrants, usableGrants } from "../../patterns/tree.ts";
import { when } from "../../patterns/when.ts";
import { packPatterns } from "./pack.ts";
import { unpackPatterns } from "./unpack.ts";

const reserve = agent("reserve", { requires: ["stock"], run: async (n: number) => n });
const charge = agent("charge", { run: async (n: number) => n });
const large = when("large", { if: (n: number) => n > 1, then: approval("look") });

const fulfil = sequential("orders.fulfil", {
  description: "Reserve and charge",
  matches: { domain: "orders.*", agentTypes: ["clerk"], attributes: { sizeMb: { max: 9 } } },
  timeoutMs: 5_000,
  continues: ["0"],
  preserve: ["domain", "attributes.tenant"],
  limits: [{ concurrency: 3 }],
  steps: [reserve, large, step(charge, { name: "again" }), delay(5), approval("boss", { notBy: "starter" })],
});
const checks = parallel("ops.checks", {
  tasks: { reserve, nested: sequential("nested", { version: "9", steps: [charge] }) },
  needs: { nested: ["reserve"] },
  concurrencyMax: 2,
  tolerate: { failures: 1 },
});
const migrate = meta("ops.migrate", {
  phases: [
    { name: "first", patterns: [checks], success: { coverageMin: 0.5 } },
    {
      name: "second",
      patterns: [
        sequential("ask", { steps: [delegate({ domain: "orders" }, { timeoutMs: 7, explore: false })] }),
      ],
      coordination: "parallel",
      rollbackOn: { errorRate: 0.1, slowdown: 0.2 },
      resources: { cpu: 0.5 },
    },
  ],
  rollback: "all",
});
const dear = agent("dear", { requires: ["gold"], run: async (n: number) => n });
const analysis = degrade(
  "ops.analysis",
  [dear, sequential("standard", { steps: [charge], fallback: step(dear, { name: "dear" }) }), reserve],
  { resourceThreshold: 0.5, resources: { dear: { cpu: 0.7 } } },
);
const parts: readonly PatternNode[] = [reserve, charge, large, dear];

/** A tree as data, lazy parts included. */
function treeOf(node: unknown): unknown {
  if (typeof node !== "object" || node === null) return node;
  if (Array.isArray(node)) return node.map(treeOf);
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, treeOf(value)]));
}

test("patterns come out as they went in, with the same versions", () => {
  const patterns: readonly Pattern[] = [fulfil, checks, migrate, analysis];
  const { bytes, packed, left } = packPatterns(patterns);
  expect(packed).toEqual(patterns);
  expect(left).toEqual([]);
  const unpacked = unpackPatterns("file", bytes, parts);
  expect(unpacked.map(patternVersion)).toEqual(patterns.map(patternVersion));
  for (const [index, pattern] of patterns.entries()) {
    const { version: _version, ...rest } = unpacked[index] ?? pattern;
    const { version: _own, ...wanted } = pattern;
    expect(treeOf(rest)).toEqual(treeOf(wanted));
    expect(unpacked[index] && requiredGrants(unpacked[index])).toEqual(requiredGrants(pattern));
  }
});

test("a chain from a file needs at start what its minimal level needs, and can use what all need", () => {
  const { bytes } = packPatterns([analysis]);
  const [pattern] = unpackPatterns("file", bytes, parts);
  expect(pattern && [requiredGrants(pattern), usableGrants(pattern)]).toEqual([["stock"], ["gold", "stock"]]);
});

test("what is unpacked can be packed again", () => {
  const { bytes } = packPatterns([fulfil, migrate, analysis]);
  const again = packPatterns(unpackPatterns("file", bytes, parts));
  expect(again.bytes.equals(bytes)).toBe(true);
});

test("patterns that are code themselves are left, and it is said why", () => {
  const Order = z.object({ id: z.string() });
  const typed = sequential("typed", { input: Order, steps: [agent("a", { run: async () => 1 })] });
  const each = forEach("each", {
    items: (ids: string[]) => ids,
    step: agent("b", { run: async (id: string) => id }),
  });
  const keyed = sequential("keyed", { limits: [{ concurrency: 1, key: () => "k" }], steps: [charge] });
  const endless = sequential("endless", {
    matches: { attributes: { size: { max: Infinity } } },
    steps: [charge],
  });
  const twins = parallel("twins", { tasks: { charge, other: agent("charge", { run: async () => 1 }) } });
  const { packed, left } = packPatterns([typed, each, keyed, endless, twins]);
  expect(packed).toEqual([]);
  expect(left.map(({ pattern, why }) => `${pattern.name}: ${why}`)).toEqual([
    "typed: its input has a schema",
    "each: its items are made by a function",
    "keyed: a limit has a function for its key",
    "endless: it holds values that JSON does not have",
    "twins: two of its steps in code are called 'charge'",
  ]);
});

test("patterns that call different agents by one name don't fit into one file", () => {
  const other = sequential("other", { steps: [agent("charge", { run: async () => 1 })] });
  const { packed, left } = packPatterns([fulfil, other]);
  expect(packed).toEqual([fulfil]);
  expect(left).toEqual([
    { pattern: other, why: "another pattern in the file has another 'charge'; keep them in two" },
  ]);
});

test("the steps are unpacked when they are asked for, and what the registry needs is known before", () => {
  const { bytes } = packPatterns([fulfil]);
  const compressed = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
  const at = bytes.indexOf(compressed);
  // Steps that can't be unpacked, under a checksum that holds.
  const index = bytes.subarray(bytes.indexOf("\n") + 1, at);
  const wrong = Buffer.concat([index, Buffer.alloc(bytes.length - at)]);
  const [pattern] = unpackPatterns("file", sealed(wrong), parts);
  if (!pattern) throw new Error("nothing was unpacked");
  expect([pattern.name, patternVersion(pattern), pattern.matches]).toEqual([
    "orders.fulfil",
    patternVersion(fulfil),
    fulfil.matches,
  ]);
  expect(agentsOf(pattern).map((each: AgentNode) => each.name)).toEqual(["reserve", "charge"]);
  expect(() => pattern.kind === "sequential" && pattern.steps).toThrow(
    "file: the steps of 'orders.fulfil' can't be unpacked",
  );
});

const { bytes: good } = packPatterns([fulfil]);

test.each([
  ["it is no file of patterns", Buffer.from("SQLite format 3\0"), parts],
  ["it is no file of patterns", Buffer.alloc(0), parts],
  ["it has format 2, of another version of Reeve", Buffer.from("reeve-patterns 2 x\n"), parts],
  ["it is damaged: its checksum does not hold", good.subarray(0, -1), parts],
  ["pattern 'orders.fulfil' needs a part 'charge', which was not given", good, [reserve, large]],
  [
    "pattern 'orders.fulfil' was exported with another 'charge'",
    good,
    [reserve, large, delay(1, { name: "charge" })],
  ],
  ["two parts are called 'charge'", good, [charge, agent("charge", { run: async () => 1 })]],
  ["a part is 7", good, [7 as never]],
  ["its index is not as it should be", sealed(Buffer.from("[7]\n")), parts],
  ["it is no JSON where it should be", sealed(Buffer.from("[\n")), parts],
])("a file is refused: %s", (problem, bytes, given) => {
  expect(() => unpackPatterns("orders.patterns", bytes, given)).toThrow(
    expect.objectContaining({ code: "stored-patterns-invalid", message: `orders.patterns: ${problem}` }),
  );
});

/** With a checksum that holds. */
function sealed(content: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`reeve-patterns 1 ${hash("sha256", content)}\n`), content]);
}
