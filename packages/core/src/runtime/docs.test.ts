/** Runs the examples of docs/children.md and docs/operate.md that say what they print; each must print that. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../../../..");
const example = /```ts\n((?:(?!```).)*?)```\n\nIt prints\n\n```text\n(.*?)```/gs;

function examplesOf(page: string): readonly { page: string; code: string; printed: string }[] {
  const text = readFileSync(join(root, page), "utf8");
  return [...text.matchAll(example)].map(([, code = "", printed = ""]) => ({ page, code, printed }));
}

const ofChildren = examplesOf("docs/children.md");
const ofOperate = examplesOf("docs/operate.md");

test("every example of the page on children says what it prints", () => {
  const blocks = readFileSync(join(root, "docs/children.md"), "utf8").split("```ts\n").length - 1;
  expect(ofChildren).toHaveLength(blocks);
  expect(ofOperate).toHaveLength(4);
});

test.each([...ofChildren, ...ofOperate])("example %# of $page prints what it says", ({ code, printed }) => {
  const options = ["--conditions=source", "--input-type=module-typescript"];
  const ran = spawnSync(process.execPath, options, { input: code, cwd: root, encoding: "utf8" });
  expect(ran.stderr).toBe("");
  expect(ran.stdout).toBe(printed);
});
