/** Runs the example of docs/retention.md; it must print what the page says. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../../../../..");
const page = readFileSync(join(root, "docs/retention.md"), "utf8");
const example = /```ts\n(.*?)```\n\nIt prints\n\n```text\n(.*?)```/s.exec(page);

test("the example of the page prints what the page says", () => {
  const [, code = "", printed] = example ?? [];
  const options = ["--conditions=source", "--input-type=module-typescript"];
  const ran = spawnSync(process.execPath, options, { input: code, cwd: root, encoding: "utf8" });
  expect(ran.stderr).toBe("");
  expect(ran.stdout).toBe(printed);
});
