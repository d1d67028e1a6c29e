import { describe, expect, it } from "vitest";
import { agent } from "../delegation/agent.ts";
import { ReeveError } from "../errors.ts";
import { NESTING_MAX } from "./depth.ts";
import { sequential, type Sequential } from "./sequential.ts";
import { step } from "./step.ts";

const first = agent("first", { run: () => 1 });
const second = agent("second", { run: () => 2 });

describe("sequential", () => {
  it("resolves every default and is frozen", () => {
    const pattern = sequential("p", { steps: [first, second] });
    expect(pattern).toEqual({
      kind: "sequential",
      name: "p",
      description: undefined,
      matches: undefined,
      input: undefined,
      timeoutMs: undefined,
      version: undefined,
      continues: [],
      limits: [],
      preserve: [],
      steps: [first, second],
    });
    expect(
      Object.isFrozen(pattern) && Object.isFrozen(pattern.steps) && Object.isFrozen(pattern.continues),
    ).toBe(true);
  });

  it("does not change with the list it was given", () => {
    const steps: [typeof first, typeof first | typeof second] = [first, second];
    const pattern = sequential("p", { steps });
    steps[1] = first;
    expect(pattern.steps).toEqual([first, second]);
  });

  it.each([
    ["no steps", () => sequential("p", { steps: [] }), "sequential 'p': steps is []"],
    ["two steps of one name", () => sequential("p", { steps: [first, first] }), "steps is twice 'first'"],
    ["an empty name", () => sequential(" ", { steps: [first] }), "name is"],
    ["a timeout of 0", () => sequential("p", { steps: [first], timeoutMs: 0 }), "timeoutMs is 0"],
    [
      "a timeout that is no number",
      () => sequential("p", { steps: [first], timeoutMs: Number.NaN }),
      "timeoutMs is NaN",
    ],
    ["an empty version", () => sequential("p", { steps: [first], version: "" }), "version is ''"],
    [
      "an empty continued version",
      () => sequential("p", { steps: [first], continues: [""] }),
      "continues[0] is ''",
    ],
  ])("refuses %s", (_what, build, message) => {
    expect(build).toThrow(
      expect.objectContaining({ code: "pattern-invalid", message: expect.stringContaining(message) }),
    );
    expect(build).toThrow(ReeveError);
  });

  it("tells the remedy", () => {
    expect(() => sequential("p", { steps: [first, first] })).toThrow(
      expect.objectContaining({ hint: "sibling names must differ; rename one with step(x, { name })" }),
    );
  });

  it("names the place of a step that is undefined, as after a circular import", () => {
    const missing: typeof first | undefined = [first].at(1);
    expect(() => sequential("p", { steps: [first, missing as typeof first] })).toThrow(
      "steps[1] is undefined",
    );
  });

  it("takes the same step twice under different names", () => {
    const pattern = sequential("p", { steps: [first, step(first, { name: "again" })] });
    expect(pattern.steps.map((it) => it.name)).toEqual(["first", "again"]);
  });

  it("refuses patterns nested too deep, and takes those at the limit", () => {
    const nest = (levels: number): Sequential<string, unknown, unknown> =>
      levels === 2 ? sequential("p", { steps: [first] }) : sequential("p", { steps: [nest(levels - 1)] });
    expect(nest(NESTING_MAX).kind).toBe("sequential");
    expect(() => nest(NESTING_MAX + 1)).toThrow(`nested deeper than ${NESTING_MAX}`);
  });

  it("refuses a circle made by hand", () => {
    const steps: unknown[] = [];
    const circle = { ...sequential("p", { steps: [first] }), steps } as unknown as typeof first;
    steps.push(circle);
    expect(() => sequential("q", { steps: [circle] })).toThrow("nested deeper than");
  });

  it("is built quickly where branches are shared at every level", () => {
    let pattern: Sequential<string, unknown, unknown> = sequential("p", { steps: [first] });
    for (let level = 0; level < 28; level++)
      pattern = sequential("p", {
        steps: [step(pattern, { name: "left" }), step(pattern, { name: "right" })],
      });
    expect(pattern.steps).toHaveLength(2);
  });
});
