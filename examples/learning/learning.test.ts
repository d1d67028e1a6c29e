/** The example as a newcomer runs it. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

test("tasks move away from a pattern that turns bad, and back once it is mended, as the page shows", () => {
  const main = join(import.meta.dirname, "main.ts");
  const ran = spawnSync(process.execPath, ["-C", "source", main], { encoding: "utf8" });
  expect(ran.stderr).toBe("");
  // The last batch of each chapter: all to swift, none, all again.
  const lasts = ran.stdout
    .split("→")
    .map((chapter) => /[█░]{20}/.exec(chapter.split("\n").at(-2) ?? "")?.[0]);
  const swift = lasts.slice(0, 3).map((bar = "") => bar.replaceAll("░", "").length);
  expect(swift[0]).toBeGreaterThanOrEqual(18);
  expect(swift[1]).toBeLessThanOrEqual(2);
  expect(swift[2]).toBeGreaterThanOrEqual(18);
  const page = readFileSync(join(import.meta.dirname, "README.md"), "utf8");
  expect(page).toContain(ran.stdout.trim());
});
