import { describe, expect, it } from "vitest";
import { agent } from "../delegation/agent.ts";
import { patternVersion } from "./fingerprint.ts";
import { parallel } from "./parallel.ts";

const a = agent("a", { run: () => 1 });
const b = agent("b", { run: () => 2 });
const c = agent("c", { run: () => 3 });

describe("parallel", () => {
  it("keeps tasks, edges and limits", () => {
    const pattern = parallel("p", {
      tasks: { a, b },
      needs: { b: ["a", "a"] },
      concurrencyMax: 2,
      tolerate: { quorum: 2 },
    });
    expect({ ...pattern.tasks }).toEqual({ a, b });
    expect(pattern.needs).toEqual({ b: ["a"] });
    expect(pattern.concurrencyMax).toBe(2);
    expect(pattern.tolerate).toEqual({ quorum: 2 });
    expect(Object.isFrozen(pattern.tasks) && Object.isFrozen(pattern.needs)).toBe(true);
  });

  it("takes task names that objects have by themselves", () => {
    const tasks = { constructor: a, ["__proto__"]: b };
    const pattern = parallel("p", { tasks });
    expect(Object.keys(pattern.tasks)).toEqual(["constructor", "__proto__"]);
    expect(patternVersion(pattern)).toMatch(/^[0-9a-f]{12}$/);
  });

  it("shows the circle in needs", () => {
    const build = () => parallel("p", { tasks: { a, b, c }, needs: { a: ["c"], b: ["a"], c: ["b"] } });
    expect(build).toThrow("parallel 'p': needs is a needs c needs b needs a");
  });

  const untyped: { [name: string]: typeof a } = { a };
  it.each([
    ["no tasks", () => parallel("p", { tasks: {} }), "tasks is {}"],
    ["a task that needs itself", () => parallel("p", { tasks: { a }, needs: { a: ["a"] } }), "a needs a"],
    [
      "needs of an unknown task",
      () => parallel("p", { tasks: untyped, needs: { x: ["a"] } }),
      "needs is for 'x'",
    ],
    ["an unknown need", () => parallel("p", { tasks: untyped, needs: { a: ["x"] } }), "needs.a is x"],
    ["no concurrency", () => parallel("p", { tasks: { a }, concurrencyMax: 0 }), "concurrencyMax is 0"],
    [
      "half a task at once",
      () => parallel("p", { tasks: { a }, concurrencyMax: 1.5 }),
      "concurrencyMax is 1.5",
    ],
    [
      "a quorum above the tasks",
      () => parallel("p", { tasks: { a }, tolerate: { quorum: 2 } }),
      "tolerate.quorum is 2",
    ],
    ["a quorum of 0", () => parallel("p", { tasks: { a }, tolerate: { quorum: 0 } }), "tolerate.quorum is 0"],
    [
      "fewer than 0 failures",
      () => parallel("p", { tasks: { a }, tolerate: { failures: -1 } }),
      "failures is -1",
    ],
    [
      "two kinds of tolerance",
      () => parallel("p", { tasks: { a }, tolerate: { quorum: 1, failures: 0 } }),
      "tolerate is { quorum: 1, failures: 0 }",
    ],
  ])("refuses %s", (_what, build, message) => {
    expect(build).toThrow(
      expect.objectContaining({ code: "pattern-invalid", message: expect.stringContaining(message) }),
    );
  });
});
