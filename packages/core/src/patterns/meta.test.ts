import { describe, expect, it } from "vitest";
import { agent } from "../delegation/agent.ts";
import { meta } from "./meta.ts";

const a = agent("a", { run: () => 1 });
const b = agent("b", { run: () => 2 });
const coverage = (): number => 1;

describe("meta", () => {
  it("resolves its phases", () => {
    const pattern = meta("m", {
      phases: [
        { name: "one", patterns: [a] },
        {
          name: "two",
          patterns: [a, b],
          coordination: "parallel",
          success: { coverageMin: 0.5, coverage },
          rollbackOn: { errorRate: 0.1, slowdown: 0.2 },
        },
      ],
    });
    expect(pattern.rollback).toBe("phase");
    expect(pattern.phases).toEqual([
      {
        name: "one",
        patterns: [a],
        coordination: "sequential",
        coverageMin: undefined,
        coverage: undefined,
        errorRateMax: undefined,
        slowdownMax: undefined,
      },
      {
        name: "two",
        patterns: [a, b],
        coordination: "parallel",
        coverageMin: 0.5,
        coverage,
        errorRateMax: 0.1,
        slowdownMax: 0.2,
      },
    ]);
    expect(pattern.phases.every((phase) => Object.isFrozen(phase) && Object.isFrozen(phase.patterns))).toBe(
      true,
    );
  });

  const one = { name: "one", patterns: [a] } as const;
  it.each([
    ["no phases", () => meta("m", { phases: [] }), "meta 'm': phases is []"],
    ["two phases of one name", () => meta("m", { phases: [one, one] }), "phases is twice 'one'"],
    [
      "a phase without name",
      () => meta("m", { phases: [{ name: "", patterns: [a] }] }),
      "phases[0].name is ''",
    ],
    [
      "a phase without patterns",
      () => meta("m", { phases: [{ name: "x", patterns: [] }] }),
      "phases[0].patterns is []",
    ],
    [
      "two patterns of one name",
      () => meta("m", { phases: [{ name: "x", patterns: [a, a] }] }),
      "phases[0].patterns is twice 'a'",
    ],
    [
      "a coverage above 1",
      () => meta("m", { phases: [{ ...one, success: { coverageMin: 2 } }] }),
      "coverageMin is 2",
    ],
    [
      "an error rate below 0",
      () => meta("m", { phases: [{ ...one, rollbackOn: { errorRate: -1 } }] }),
      "errorRate is -1",
    ],
    [
      "a slowdown of 0",
      () => meta("m", { phases: [{ ...one, rollbackOn: { slowdown: 0 } }] }),
      "slowdown is 0",
    ],
    [
      "an unknown rollback",
      () => meta("m", { phases: [one], rollback: "some" as "all" }),
      "rollback is some",
    ],
    [
      "an unknown coordination",
      () => meta("m", { phases: [{ ...one, coordination: "mixed" as "parallel" }] }),
      "coordination is mixed",
    ],
  ])("refuses %s", (_what, build, message) => {
    expect(build).toThrow(
      expect.objectContaining({ code: "pattern-invalid", message: expect.stringContaining(message) }),
    );
  });
});
