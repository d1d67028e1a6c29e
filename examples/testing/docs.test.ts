/** The guide's examples stand in files that are run: each block of code is part of one of them, line by line. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");

test("every example of docs/testing.md is part of a file that is run", () => {
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".ts"));
  const sources = files.map((name) => squeeze(readFileSync(join(import.meta.dirname, name), "utf8")));
  const guide = readFileSync(join(root, "docs/testing.md"), "utf8");
  const blocks = [...guide.matchAll(/^```ts\n(.*?)^```/gms)].map(([, block = ""]) => squeeze(block));
  expect(blocks.length).toBeGreaterThan(5);
  const strangers = blocks.filter((block) => !sources.some((source) => source.includes(block)));
  expect(strangers).toEqual([]);
});

/** Without indentation, so that the guide need not keep that of the files. */
function squeeze(text: string): string {
  return text.replaceAll(/^ +/gm, "").trim();
}
