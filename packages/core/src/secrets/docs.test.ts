/** Runs the examples of docs/secrets.md; each must print what the page says. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../../../..");
const page = readFileSync(join(root, "docs/secrets.md"), "utf8");
const examples = [...page.matchAll(/```ts\n(.*?)```\n\nIt prints\n\n```text\n(.*?)```/gs)];

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

test("every test that the page on security names is there", () => {
  const security = readFileSync(join(root, "docs/security.md"), "utf8");
  const named = [...security.matchAll(/`([\w./-]+\.test\.ts)`((?:,? "[^"]+")*)/g)];
  expect(named.length).toBeGreaterThan(10);
  for (const [, file = "", titles = ""] of named) {
    const path = file.includes("/") ? join(root, file) : join(import.meta.dirname, file);
    const source = readFileSync(path, "utf8");
    for (const [, title = ""] of titles.matchAll(/"([^"]+)"/g)) expect(source, file).toContain(title);
  }
});
