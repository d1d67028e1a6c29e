import { describe, expect, test } from "vitest";
import { judge } from "../judge.ts";
import { packagesKeepToTheTable, roomsKeepToTheTable } from "./layers.ts";

const core = "packages/core/src";

describe("rooms", () => {
  test("a room may import what the table grants it", () => {
    const files = {
      [`${core}/engine/sqlite/open.ts`]: `import { claim } from "../embedded/claim.ts"; import "node:sqlite";`,
      [`${core}/execution/walk/leaf.ts`]: `import type { Engine } from "../../engine/engine.ts";`,
      [`${core}/runtime.ts`]: `import { choose } from "./selection/choose.ts";`,
    };
    expect(judge(roomsKeepToTheTable, files)).toEqual([]);
  });

  test("a type import against the table is caught", () => {
    const text = `import type { Engine } from "../engine/engine.ts";`;
    expect(judge(roomsKeepToTheTable, { [`${core}/delegation/task.ts`]: text })).toEqual([
      `${core}/delegation/task.ts:1 delegation may not import engine/engine`,
    ]);
  });

  test.each([
    ["a re-export", `export { walk } from "../execution/walk.ts";`],
    ["a dynamic import", `const walk = await import("../execution/walk.ts");`],
    ["a type query", `type Walk = typeof import("../execution/walk.ts");`],
  ])("%s against the table is caught", (_title, text) => {
    expect(judge(roomsKeepToTheTable, { [`${core}/patterns/meta.ts`]: text })).toHaveLength(1);
  });

  test("nothing in core imports the runtime but index and testing", () => {
    const text = `import { createRuntime } from "./runtime.ts";`;
    expect(judge(roomsKeepToTheTable, { [`${core}/index.ts`]: text, [`${core}/testing.ts`]: text })).toEqual(
      [],
    );
    expect(judge(roomsKeepToTheTable, { [`${core}/clock.ts`]: text })).toHaveLength(1);
  });

  test("node:sqlite belongs to the SQLite engine", () => {
    const path = `${core}/learning/trend.ts`;
    expect(judge(roomsKeepToTheTable, { [path]: `import { DatabaseSync } from "node:sqlite";` })).toEqual([
      `${path}:1 learning may not import node:sqlite; only engine/sqlite may`,
    ]);
  });

  test("a file in no room is caught, a test may import anything in core", () => {
    const text = `import { createRuntime } from "../runtime.ts";`;
    expect(judge(roomsKeepToTheTable, { [`${core}/novelty/a.ts`]: "export {};" })).toHaveLength(1);
    expect(judge(roomsKeepToTheTable, { [`${core}/delegation/task.test.ts`]: text })).toEqual([]);
  });
});

describe("packages", () => {
  test("the front door imports core by its entry points", () => {
    const files = {
      "packages/reeve/src/index.ts": `export * from "@reeve/core";`,
      "examples/archaeology/main.ts": `import { createRuntime } from "reeve";`,
    };
    expect(judge(packagesKeepToTheTable, files)).toEqual([]);
  });

  test.each([
    ["core importing its front door", `${core}/clock.ts`, `import "reeve";`],
    ["a deep import", "packages/reeve/src/a.ts", `import "@reeve/core/src/clock.ts";`],
    ["a path into another package", "bench/a.ts", `import "../packages/core/src/clock.ts";`],
    ["one example using another", "examples/one/main.ts", `import "../two/main.ts";`],
  ])("%s is caught", (_title, path, text) => {
    expect(judge(packagesKeepToTheTable, { [path]: text })).toHaveLength(1);
  });
});
