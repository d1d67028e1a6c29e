import { expect, it } from "vitest";
import { helpText, parseCommand } from "./command-line.ts";

it("without flags it studies the project, and writes into its hidden folder", () => {
  const asked = { kind: "study", dashboard: true };
  expect(parseCommand([], "/p")).toEqual({ ...asked, root: "/p", out: "/p/.reeve/archaeology" });
  expect(parseCommand(["--root", "/a", "--out=/b"], "/p")).toEqual({ ...asked, root: "/a", out: "/b" });
  expect(parseCommand(["--no-dashboard"], "/p")).toMatchObject({ dashboard: false });
  expect(parseCommand(["--root", "/a", "-h"], "/p")).toEqual({ kind: "help" });
});

it("refuses what it does not understand, and says what was meant", () => {
  const samples = [
    [["--rooot", "x"], "there is no flag --rooot; did you mean --root?"],
    [["--outt=x"], "there is no flag --outt; did you mean --out?"],
    [["--zebra"], "there is no flag --zebra"],
    [["elsewhere"], "'elsewhere' is not expected; folders are given as --root DIR and --out DIR"],
    [["--root="], "--root needs the path of a folder"],
    [["--out", ""], "--out needs the path of a folder"],
  ] as const;
  for (const [args, message] of samples) {
    expect(parseCommand(args, "/p")).toEqual({ kind: "wrong", message });
  }
  expect(parseCommand(["--root"], "/p")).toMatchObject({ kind: "wrong" });
});

it("the help names every flag and exit code", () => {
  for (const word of ["--root", "--out", "--no-dashboard", "--help", "0 done", "1 ", "2 ", "3 ", "130 "]) {
    expect(helpText).toContain(word);
  }
});
