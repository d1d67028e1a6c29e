import { expect, test } from "vitest";
import { findFunctions, summariseFunctions } from "./functions.ts";

function outline(text: string, language: string): string[] {
  return findFunctions(text, language).map(
    (one) => `${one.name}:${one.line}+${one.lines} ^${one.nestingMax}`,
  );
}

test("functions, methods and arrows of TypeScript are found with their names", () => {
  const text = `function a(): void {
}
const b = async (x: number): Promise<Map<string, number>> => {
};
class C<T> {
  #d(x = { y: 1 }): asserts x is string {
  }
  get e() { return 1; }
  f = () => {};
  constructor(private g: string) {}
}
const o = { h() {}, i: function () {}, "j k"() {} };
export default function* m<T extends {}>(x: T) {}
`;
  expect(outline(text, "TypeScript")).toEqual([
    "a:1+2 ^0",
    "b:3+2 ^0",
    "d:6+2 ^0",
    "e:8+1 ^0",
    "f:9+1 ^0",
    "constructor:10+1 ^0",
    "h:12+1 ^0",
    "i:12+1 ^0",
    "j k:12+1 ^0",
    "m:13+1 ^0",
  ]);
});

test("only control blocks nest, and an inner function starts anew", () => {
  const text = `function a() {
  if (x) {
    for (const y of z) {
      call({ a: { b: 1 } }, () => {
        while (1) {
        }
      });
    }
  } else {
    try { } catch { if (q) { for (;;) { } } }
  }
}`;
  expect(outline(text, "JavaScript")).toEqual(["a:1+12 ^4", "(anonymous):4+4 ^1"]);
});

test("braces in strings, templates, comments and regular expressions do not count", () => {
  const text =
    "function a() {\n  const b = '{' + `${c({})}{` + /[{/]{/; // {\n  /* { */\n}\nfunction d() {}\n";
  expect(outline(text, "JavaScript")).toEqual(["a:1+4 ^0", "d:5+1 ^0"]);
});

test.each([
  ["Go", "func (r *T) A(x int) (int, error) {\n\tif y := f(); y {\n\t}\n}\n", ["A:1+4 ^1"]],
  [
    "Rust",
    "impl<'a> X<'a> {\n    fn a(&self) -> Vec<u8> {\n        match x { _ => {} }\n    }\n}\n",
    ["a:2+3 ^1"],
  ],
  ["C", "#define X {\nint a(int b)\n{\n  if (b) { c('{'); }\n}\nstruct s { int d; };\n", ["a:2+4 ^1"]],
  ["C++", "A::A(int b) : c(b), d(1) {\n}\nint A::e() const {\n}\n", ["A:1+2 ^0", "e:3+2 ^0"]],
  [
    "Java",
    "class A {\n  int b() throws C {\n    new D() { void e() {} };\n  }\n}\n",
    ["b:2+3 ^0", "e:3+1 ^0"],
  ],
])("%s", (language, text, expected) => {
  expect(outline(text, language)).toEqual(expected);
});

test("Python goes by indentation", () => {
  const text = `class A:
    def b(self):
        if x:
            for y in z:
                pass
        return """
text
"""

    async def c(self): pass

def d():
    def e():
        pass
    return 1
`;
  expect(outline(text, "Python")).toEqual(["b:2+7 ^2", "c:10+1 ^0", "d:12+4 ^0", "e:13+2 ^0"]);
});

test("the summary keeps the longest and the most nested", () => {
  const functions = Array.from({ length: 6 }, (_, index) => ({
    name: `f${index}`,
    line: index + 1,
    lines: 10 + index,
    nestingMax: index === 0 ? 5 : 0,
  }));
  const summary = summariseFunctions(functions);
  expect(summary).toMatchObject({ count: 6, nestingMax: 5 });
  expect(summary.top.map((one) => one.name)).toEqual(["f5", "f4", "f3", "f0"]);
});

test("a class behind a function with a result type is not taken for that function", () => {
  const text =
    "function one(): Result {\n  return 1;\n}\n\nclass Two {\n  three(): number {\n    return 3;\n  }\n}\n";
  expect(findFunctions(text, "TypeScript").map(({ name, lines }) => [name, lines])).toEqual([
    ["one", 3],
    ["three", 3],
  ]);
});
