import { expect, test } from "vitest";
import { agent } from "../delegation/agent.ts";
import type { ContextChange } from "../delegation/changed.ts";
import type { Event } from "../delegation/event.ts";
import type { Pattern } from "../delegation/pattern.ts";
import { memoryEngine } from "../engine/memory/memory-engine.ts";
import { delegate } from "../patterns/delegate.ts";
import { forEach } from "../patterns/for-each.ts";
import { sequential } from "../patterns/sequential.ts";
import { createRuntime } from "../runtime.ts";
import { contextPreservation, contextsOf, type PatternContexts } from "./context-preservation.ts";

function changes(name: string, change: ContextChange) {
  return agent(name, { run: (input: unknown, ctx) => ctx.with(change, input) });
}

const tenant = (to: string): ContextChange => ({ attributes: { tenant: to } });
const keeps = sequential("keeps", {
  preserve: ["attributes.tenant"],
  steps: [
    forEach("each", { items: () => [1, 2], step: changes("note", { priority: 4 }) }),
    agent("maybe", {
      run: (input: unknown, ctx) => (ctx.input === "break" ? ctx.with(tenant("b"), input) : input),
    }),
  ],
});
const hands = sequential("hands", {
  preserve: ["domain"],
  steps: [delegate({ domain: "kids" }, { name: "kid" })],
});
const kid = sequential("kid", { matches: { domain: "kids" }, steps: [changes("x", {})] });
const free = sequential("free", {
  steps: [changes("move", { domain: "d", attributes: { password: "hush" } })],
});

/** The events of these runs, one after the other, and what the fold makes of them. */
async function after(...starts: readonly (readonly [Pattern, unknown])[]) {
  await using runtime = await createRuntime({ patterns: [keeps, hands, kid, free], engine: memoryEngine() });
  const reader = await runtime.engine.fold(contextPreservation);
  for (const [pattern, input] of starts) {
    const run = await runtime.start(pattern.name, input, { context: { attributes: { tenant: "a" } } });
    await run.outcome();
  }
  const events: Event[] = [];
  for await (const event of runtime.events({ follow: false })) events.push(event);
  await expect.poll(() => reader.position()).toBe(events.at(-1)?.position);
  return { state: reader.state(), events, run: runtime };
}

function short({ pattern, declaring, kept, broken, changed }: PatternContexts): unknown {
  const places = (list: PatternContexts["broken"]): unknown[] =>
    list.map(({ key, path, agent: by, times }) => [key, path, by, times]);
  return [pattern, `${kept} of ${declaring}`, places(broken), places(changed)];
}

test("counts over the runs that declare something, what broke it where, and undeclared changes apart", async () => {
  const { state } = await after([keeps, 0], [keeps, "break"], [keeps, 0], [hands, 0], [free, 0], [free, 0]);
  const found = contextsOf(state);
  expect(found.map(short)).toEqual([
    ["hands", "0 of 1", [["domain", "kid", undefined, 1]], []],
    ["keeps", "2 of 3", [["attributes.tenant", "maybe", "maybe", 1]], [["priority", "each/[*]", "note", 6]]],
    [
      "free",
      "0 of 0",
      [],
      [
        ["domain", "move", "move", 2],
        ["attributes.password", "move", "move", 2],
      ],
    ],
  ]);
  expect(found[1]?.broken[0]?.example).toMatchObject({ before: '"a"', after: '"b"' });
  const password = found[2]?.changed[1];
  expect(password).toMatchObject({
    severity: "critical",
    example: { before: undefined, after: '"[redacted]"' },
  });
});

test("runs that take over what others did are not counted twice", async () => {
  await using runtime = await createRuntime({ patterns: [free], engine: memoryEngine() });
  const reader = await runtime.engine.fold(contextPreservation);
  const run = await runtime.start(free, 0);
  await run.outcome();
  await (await run.retry()).outcome();
  await expect.poll(() => reader.position()).toBeGreaterThan(5);
  expect(contextsOf(reader.state()).flatMap(({ changed }) => changed.map(({ times }) => times))).toEqual([
    1, 1,
  ]);
});

test("its state passes a checkpoint, and stays bounded", async () => {
  const { state, events } = await after([keeps, "break"], [free, 0]);
  const { save, revive, apply } = contextPreservation;
  const revived = revive?.(JSON.parse(JSON.stringify(save?.(state))));
  expect(revived && contextsOf(revived)).toEqual(contextsOf(state));
  const changed = events.find((event) => event.kind === "context-changed" && event.pattern === "free");
  if (changed?.kind !== "context-changed") throw new Error("nothing was changed");
  let many = contextPreservation.initial();
  for (let index = 0; index < 2_000; index++) {
    many = apply(many, { ...changed, at: index, pattern: `p${index}` });
    many = apply(many, { ...changed, at: index, pattern: "one", path: `step-${index}` });
  }
  expect(many.patterns.size).toBeLessThanOrEqual(500);
  const one = many.patterns.get("one");
  expect(one?.changed).toHaveLength(50);
  expect(one?.changed.every(({ path }) => Number(path.slice("step-".length)) >= 1_970)).toBe(true);
});
