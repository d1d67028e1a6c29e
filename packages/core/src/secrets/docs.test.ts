import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testExamples } from "../testing/fixtures/docs-examples.ts";

const root = join(import.meta.dirname, "../../../..");

testExamples("docs/secrets.md");

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
