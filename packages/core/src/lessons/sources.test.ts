/** Holds docs/lessons.md against the tests: every source a test names is in the page, and none else. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "vitest";

const root = join(import.meta.dirname, "../../../..");
const page = readFileSync(join(root, "docs/lessons.md"), "utf8");
const tests = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith("-lessons.test.ts"))
  .map((name) => readFileSync(join(import.meta.dirname, name), "utf8"))
  .join("\n");

function sourcesIn(text: string, pattern: RegExp): readonly string[] {
  return [...new Set(Array.from(text.matchAll(pattern), ([, source = ""]) => source))].toSorted();
}

test("docs/lessons.md lists the sources that the tests name, and links each to its thread", () => {
  const named = sourcesIn(tests, /"([\w-]+\/[\w.-]+#\d+)"/g);
  const listed = sourcesIn(page, /\[([\w-]+\/[\w.-]+#\d+)\]/g);
  assert.deepEqual(listed, named);
  for (const source of listed) {
    const [repository = "", number = ""] = source.split("#");
    const address = new RegExp(
      `\\[${source}\\]\\(https://github\\.com/${repository}/(issues|pull)/${number}\\)`,
    );
    assert.match(page, address);
  }
});

test("docs/lessons.md says how many tests and threads there are", () => {
  const lessons = tests.match(/^(lesson|machineLesson)\(/gm) ?? [];
  const threads = sourcesIn(page, /\[([\w-]+\/[\w.-]+#\d+)\]/g);
  assert.match(page, new RegExp(`^${lessons.length} tests, ${threads.length} threads\\.$`, "m"));
});
