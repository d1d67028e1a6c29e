import { expect, test } from "vitest";
import { agent } from "../delegation/agent.ts";
import type { Schema } from "../delegation/schema.ts";
import { forEach } from "../patterns/for-each.ts";
import { meta } from "../patterns/meta.ts";
import { sequential } from "../patterns/sequential.ts";
import { step } from "../patterns/step.ts";
import { when } from "../patterns/when.ts";
import { adds, run } from "./fixtures/run-pattern.ts";

test.each([
  ["a promise", async () => false],
  ["a promise", () => Promise.reject(new Error("it rejects, and nobody hears it"))],
  ["a value of type number", () => 1],
  ["a value of type undefined", () => undefined],
  ["null", () => null],
])("an `if` that gives %s fails the node", async (what, answer) => {
  const pattern = sequential("all", {
    steps: [when("large", { if: answer as never, then: adds("then") })] as never,
  });
  const { outcome, events } = await run(pattern, 1);
  expect(outcome).toMatchObject({
    status: "failed",
    error: {
      code: "decision-failed",
      message: `if of 'large' gave ${what}, not true or false`,
      path: "large",
    },
  });
  expect(events.some((event) => event.kind === "attempt-started")).toBe(false);
});

test("items, inputs and coverage that are a promise are refused, and named", async () => {
  const later = async () => Promise.reject(new Error("it rejects, and nobody hears it"));
  const each = forEach("each", { items: later as never, step: adds("a") });
  expect((await run(each, 1)).outcome).toMatchObject({
    error: { code: "items-invalid", message: "items of 'each' gave a promise, not an array" },
  });
  const mapped = step(adds("a"), { name: "mapped", input: later as never });
  expect((await run(sequential("all", { steps: [mapped] as never }), 1)).outcome).toMatchObject({
    error: { code: "decision-failed", message: "input is a promise, not a value", path: "mapped" },
  });
  const success = { coverageMin: 0.5, coverage: later };
  const phase = { name: "only", patterns: [adds("a")], coordination: "sequential", success };
  expect((await run(meta("plan", { phases: [phase] as never }), 1)).outcome).toMatchObject({
    error: { code: "decision-failed", message: "coverage of phase 'only' gave a promise, not a share" },
  });
});

test("a value that can't be kept is named by what was asked for", async () => {
  const each = forEach("each", { items: () => [1, () => {}] as never, step: adds("a") });
  expect((await run(each, 1)).outcome).toMatchObject({
    error: { code: "value-not-storable", message: expect.stringContaining("items[1]") },
  });
  const mapped = step(adds("a"), { name: "mapped", input: (() => ({ call: () => {} })) as never });
  expect((await run(sequential("all", { steps: [mapped] as never }), 1)).outcome).toMatchObject({
    error: { code: "value-not-storable", message: expect.stringContaining("input.call") },
  });
});

test("an inner pattern whose schema refuses its input is named", async () => {
  const refuses: Schema = {
    "~standard": { version: 1, vendor: "test", validate: () => ({ issues: [{ message: "too small" }] }) },
  };
  const inner = sequential("inner", { input: refuses as never, steps: [adds("a")] });
  expect((await run(sequential("all", { steps: [inner] as never }), 1)).outcome).toMatchObject({
    error: { code: "input-invalid", message: "the input of 'inner' does not fit its schema: too small" },
  });
});

test("a schema of an inner pattern may answer with any promise", async () => {
  const answer = {
    then: (resolve: (result: unknown) => void) => resolve({ issues: [{ message: "no" }] }),
  };
  const refuses = { "~standard": { version: 1, vendor: "test", validate: () => answer } };
  const inner = sequential("inner", {
    input: refuses as never,
    steps: [agent("never", { run: () => 1 })] as never,
  });
  expect((await run(sequential("all", { steps: [inner] as never }), 1)).outcome).toMatchObject({
    status: "failed",
    error: { code: "input-invalid" },
  });
});
