import { expect, test } from "vitest";
import { judge } from "../judge.ts";
import { walkIsSynchronous } from "./walk.ts";

const folder = "packages/core/src/execution/walk";

test.each([
  "async function walk() {}",
  "const walk = async () => {};",
  "export {}; for await (const step of steps) {}",
  "const wait = new Promise(() => {});",
  "const all = Promise.all([]);",
])("caught: %s", (text) => {
  expect(judge(walkIsSynchronous, { [`${folder}/leaf.ts`]: text })).toHaveLength(1);
});

test("a synchronous walk passes, and so does its asynchronous driver outside", () => {
  const files = {
    [`${folder}/host.ts`]: "export interface Host { ask(): string | Promise<string> }",
    [`${folder}/leaf.ts`]: "export function walk(step: string): string { return step; }",
    "packages/core/src/execution/drive.ts": "export async function drive(): Promise<void> { await 1; }",
  };
  expect(judge(walkIsSynchronous, files)).toEqual([]);
});
