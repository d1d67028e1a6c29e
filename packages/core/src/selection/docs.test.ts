/** Runs the examples of docs/registry.md; each must print what the page says. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../../../..");
const page = readFileSync(join(root, "docs/registry.md"), "utf8");
const examples = [...page.matchAll(/```ts\n((?:(?!```).)*?)```\n\nIt prints\n\n```text\n(.*?)```/gs)];

test("every example of the page says what it prints", () => {
  expect(examples).toHaveLength(page.split("```ts\n").length - 1);
});

test.each(examples.map(([, code = "", printed = ""]) => ({ code, printed })))(
  "example %# prints what the page says",
  ({ code, printed }) => {
    const options = ["--conditions=source", "--input-type=module-typescript"];
    const ran = spawnSync(process.execPath, options, { input: code, cwd: root, encoding: "utf8" });
    expect(ran.stderr).toBe("");
    expect(ran.stdout).toBe(printed);
  },
);
