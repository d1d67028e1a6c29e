/** Runs the examples of docs/queueing.md; each must print what the page says. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../../../..");
const page = readFileSync(join(root, "docs/queueing.md"), "utf8");
const examples = [
  ...page.matchAll(/^## ([^\n]*)\n(?:(?!^## ).)*?```ts\n(.*?)```\n\nIt prints\n\n```text\n(.*?)```/gms),
];

test("every block of code of the page is an example with what it prints", () => {
  expect(examples).toHaveLength(page.match(/^```ts$/gm)?.length ?? 0);
});

test.each(examples.map(([, title, code, printed]) => ({ title, code, printed })))(
  "the example under $title prints what the page says",
  ({ code, printed }) => {
    const options = ["--conditions=source", "--input-type=module-typescript"];
    const ran = spawnSync(process.execPath, options, { input: code ?? "", cwd: root, encoding: "utf8" });
    expect(ran.stderr).toBe("");
    expect(ran.stdout).toBe(printed);
  },
);
