import { expect, test } from "vitest";
import { findTodos } from "./todos.ts";

test("tags in comments are found with their line and wording", () => {
  const text = "// TODO: one\nf(); /* FIXME two */\n/**\n * HACK three\n */\n";
  expect(findTodos(text, "TypeScript")).toEqual([
    { line: 1, tag: "TODO", text: "TODO: one" },
    { line: 2, tag: "FIXME", text: "FIXME two" },
    { line: 4, tag: "HACK", text: "HACK three" },
  ]);
});

test("the marks are those of the language", () => {
  expect(findTodos("x = 1 # XXX(me) four\n", "Python")).toEqual([
    { line: 1, tag: "XXX", text: "XXX(me) four" },
  ]);
  expect(findTodos("-- BUG: five\n", "SQL")).toMatchObject([{ tag: "BUG" }]);
});

test("names, strings and prose hold none", () => {
  expect(findTodos('const TODO = 1; TODO_LIST; "TODO: x"; todo\n', "TypeScript")).toEqual([]);
  expect(findTodos("# TODO\n", "Markdown")).toEqual([]);
});
