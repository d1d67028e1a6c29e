import { describe, expect, test } from "vitest";
import { countLines } from "./count-lines.ts";

// The expected numbers are what cloc 1.96 prints for these texts.
describe("languages with slashes", () => {
  test("code, comments and blank lines are told apart", () => {
    const text = "// one\nconst a = 1; // two\n\n/* three\n\n four */\nf();\n";
    expect(countLines(text, "TypeScript")).toEqual({ code: 2, comment: 3, blank: 2 });
  });

  test("code on both sides of a block over two lines is one line of code", () => {
    expect(countLines("a(); /* x\n y */ b();\n", "C")).toEqual({ code: 1, comment: 1, blank: 0 });
  });

  test("a block that never ends is code", () => {
    expect(countLines("a();\n/* open\nb();\n// c\n", "Go")).toEqual({ code: 3, comment: 1, blank: 0 });
  });

  test("an address in a string leaves its line code", () => {
    expect(countLines('fetch("https://example.org");\n', "JavaScript")).toEqual({
      code: 1,
      comment: 0,
      blank: 0,
    });
  });

  test("a last line without line break counts", () => {
    expect(countLines("a();\r\n\r\n// b", "Rust")).toEqual({ code: 1, comment: 1, blank: 1 });
  });

  test("CSS has blocks only", () => {
    expect(countLines("/* a */\n// b\nc {}\n", "CSS")).toEqual({ code: 2, comment: 1, blank: 0 });
  });

  test("Java's file patterns in strings begin no comment", () => {
    expect(countLines('match("/a/*");\nb();\n', "Java")).toEqual({ code: 2, comment: 0, blank: 0 });
  });

  test("PHP has comments with a hash too", () => {
    expect(countLines("<?php\n# a\n// b\n$c = 1;\n", "PHP")).toEqual({ code: 2, comment: 2, blank: 0 });
  });
});

describe("other languages", () => {
  test("Python's triple quotes are comments, what stands around them is code", () => {
    const text = '#!/usr/bin/env python3\n"""Title.\n\nText.\n"""\n# note\nx = """a\nb"""\ny = 1\n';
    expect(countLines(text, "Python")).toEqual({ code: 3, comment: 5, blank: 1 });
  });

  test("a script's first line is code and its other hash lines are not", () => {
    expect(countLines("#!/bin/sh\n# a\necho # b\n", "Bourne Shell")).toEqual({
      code: 2,
      comment: 1,
      blank: 0,
    });
  });

  test("markup comments are counted by line", () => {
    expect(countLines("<p>\n<!-- a\n b -->\n</p><!-- c -->\n", "HTML")).toEqual({
      code: 2,
      comment: 2,
      blank: 0,
    });
  });

  test("Ruby, Perl and Lua have block comments of their own", () => {
    expect(countLines("=begin\na\n=end\nb\n", "Ruby")).toEqual({ code: 1, comment: 3, blank: 0 });
    expect(countLines("a;\n__END__\nb\n", "Perl")).toEqual({ code: 1, comment: 2, blank: 0 });
    expect(countLines("--[[ a\nb ]]\nc()\n-- d\n", "Lua")).toEqual({ code: 1, comment: 3, blank: 0 });
  });

  test("JSON and unknown languages have no comments", () => {
    expect(countLines("{\n\n}\n", "JSON")).toEqual({ code: 2, comment: 0, blank: 1 });
    expect(countLines("# a\n", "Nothing")).toEqual({ code: 1, comment: 0, blank: 0 });
  });

  test("an empty text has no lines", () => {
    expect(countLines("", "TypeScript")).toEqual({ code: 0, comment: 0, blank: 0 });
  });
});
