import { describe, expect, it } from "vitest";
import { agent } from "../delegation/agent.ts";
import { approval } from "./approval.ts";
import { delay } from "./delay.ts";
import { step } from "./step.ts";
import { when } from "./when.ts";

const a = agent("a", { run: (it: number) => it });

describe("control steps", () => {
  it("are plain frozen nodes", () => {
    const input = (): number => 1;
    const decide = (): boolean => true;
    const nodes = [
      [step(a, { name: "s" }), { kind: "step", name: "s", step: a, input: undefined }],
      [step(a, { name: "s", input }), { kind: "step", name: "s", step: a, input }],
      [when("w", { if: decide, then: a }), { kind: "when", name: "w", if: decide, then: a }],
      [
        approval("ok", { notBy: "starter", timeoutMs: 5 }),
        { kind: "approval", name: "ok", schema: undefined, merge: undefined, timeoutMs: 5, notBy: "starter" },
      ],
      [delay(0), { kind: "delay", name: "delay-0ms", ms: 0 }],
      [delay(20, { name: "pause" }), { kind: "delay", name: "pause", ms: 20 }],
    ];
    for (const [node, wanted] of nodes) {
      expect(node).toEqual(wanted);
      expect(Object.isFrozen(node)).toBe(true);
    }
  });

  it.each([
    ["a step without name", () => step(a, { name: "" }), "step '': name is ''"],
    [
      "a step of nothing",
      () => step(undefined as unknown as typeof a, { name: "s" }),
      "the step inside is undefined",
    ],
    [
      "a when without condition",
      () => when("w", { if: true as unknown as () => true, then: a }),
      "if is true",
    ],
    ["a when without then", () => when("w", { if: () => true, then: {} as typeof a }), "then is {}"],
    [
      "an approval that ends at once",
      () => approval("ok", { timeoutMs: 0 }),
      "approval 'ok': timeoutMs is 0",
    ],
    ["an unknown notBy", () => approval("ok", { notBy: "me" as "starter" }), "notBy is me"],
    ["a delay below 0", () => delay(-1), "ms is -1"],
    ["an endless delay", () => delay(Number.POSITIVE_INFINITY), "ms is Infinity"],
    ["a delay without name", () => delay(1, { name: "" }), "delay '': name is ''"],
  ])("refuse %s", (_what, build, message) => {
    expect(build).toThrow(
      expect.objectContaining({ code: "pattern-invalid", message: expect.stringContaining(message) }),
    );
  });
});
