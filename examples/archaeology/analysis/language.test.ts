import { expect, test } from "vitest";
import { detectLanguage } from "./language.ts";

test.each([
  ["src/a.ts", "", "TypeScript"],
  ["a.d.ts", "", "TypeScript"],
  ["a.mts", "", "TypeScript Module"],
  ["a.h", "", "C/C++ Header"],
  ["Makefile", "", "make"],
  ["Dockerfile.dev", "", "Dockerfile"],
  ["build.gradle.kts", "", "Gradle"],
  ["bin/run", "#!/usr/bin/env python3.11\n", "Python"],
  ["bin/run", "#!/bin/bash -e\n", "Bourne Again Shell"],
  ["a.strange", '<?xml version="1.0"?>\n', "XML"],
  ["a.ts", '<?xml version="1.0"?>\n<TS>', "Qt Linguist"],
  ["a.pl", "use strict;\nsub f { 1; }\n", "Perl"],
  ["a.pl", "parent(a, b).\nx :- y.\n", "Prolog"],
  ["a.inc", "<?php f(); ?>\n", "PHP"],
  ["a.inc", "procedure Draw;\nbegin\nend;\n", "Pascal"],
  ["a.m", "#import <Foundation/Foundation.h>\n", "Objective-C"],
])("%s is named by name, extension or content", (path, text, language) => {
  expect(detectLanguage(path, text)).toBe(language);
});

test.each(["a.inc", "README", "LICENSE", ".gitignore", "table.csv", "a.ts~", "a.map", "run.1"])(
  "%s is in no language",
  (path) => {
    expect(detectLanguage(path, "text\n")).toBeNull();
  },
);
