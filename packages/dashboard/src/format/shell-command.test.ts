import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { shellCommand } from "./shell-command.ts";

const nasty = [
  "import-42",
  "two words",
  "it's",
  '"quoted"',
  "$(touch owned) `id` $HOME",
  "; rm -rf /",
  "a\\b",
  "",
  "-n",
  "new\nline",
  "tab\there",
  "\u001b[31mred",
  "back\\slash\nand ' quote",
  "größe ✓",
  "\u202etxt.exe",
  "*?[a]",
  "!history",
];

test.each(nasty)("bash takes %j as exactly one word, unchanged", (word) => {
  const command = shellCommand(["printf", "%s\\0", word]);
  const environment = { PATH: process.env["PATH"] ?? "", LC_ALL: "C.UTF-8" };
  expect(
    execFileSync("bash", ["-c", command], {
      env: environment,
      stdio: ["ignore", "pipe", "inherit"],
    }).toString(),
  ).toBe(`${word}\0`);
});

test("what is pasted has no character that acts on a terminal or ends the line", () => {
  expect(shellCommand(nasty)).not.toMatch(/[\p{Cc}\u202a-\u202e]/u);
});
