import { expect, test } from "vitest";
import { commandHelp } from "../command-line/help.ts";
import { runsCommand } from "../commands/runs.ts";
import { tableLines } from "./table.ts";
import { widthOf } from "./text-width.ts";

const HEAD = ["RUN", "STATE", "STARTED"];
const ROWS = [
  ["import-42", "completed", "2031-04-05 14:03:09"],
  ["a-longer-name", "", "2031-04-05"],
];

test("a table that fits is columns, and the last one is cut where it is a little too long", () => {
  expect(tableLines(HEAD, ROWS, Infinity)).toEqual([
    "RUN            STATE      STARTED",
    "import-42      completed  2031-04-05 14:03:09",
    "a-longer-name             2031-04-05",
  ]);
  expect(tableLines(HEAD, ROWS, 40)[1]).toBe("import-42      completed  2031-04-05 14…");
});

test("where the window is too narrow for columns, each row is one field below the other", () => {
  expect(tableLines(HEAD, ROWS, 24)).toEqual([
    "import-42",
    "  state completed",
    "  started 2031-04-05 14…",
    "a-longer-name",
    "  started 2031-04-05",
  ]);
});

test("help fits into a narrow window, and is two columns elsewhere", () => {
  const plain = { paint: (_: string, text: string): string => text, isLive: true };
  for (const columns of [40, 80, 200]) {
    const lines = commandHelp(runsCommand, { ...plain, columns }).split("\n");
    // A command to copy is not broken within a word.
    expect(lines.filter((line) => widthOf(line) > columns && line.trim().includes(" "))).toEqual([]);
  }
  expect(commandHelp(runsCommand, { ...plain, isLive: false, columns: 40 })).toMatch(
    /--unfinished {2,}only runs/,
  );
});
