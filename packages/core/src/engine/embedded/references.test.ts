import { expect, test } from "vitest";
import { encode } from "../../delegation/codec.ts";
import type { StepError } from "../../delegation/outcome.ts";
import type { Reference } from "../../delegation/reference.ts";
import { References } from "./references.ts";

/** References to these values, payload 0 first; `reads` says which were read. */
function setUp(...values: readonly unknown[]) {
  const reads: number[] = [];
  const references = new References((id) => {
    reads.push(id);
    return encode(values[id]);
  });
  return { references, reads };
}

const payload = (id: number): Reference => ({ of: "payload", id });
const error: StepError = { name: "Error", message: "no", code: "thrown", path: "a" };
const list = [1, { deep: [2] }, new Date(3), "four"];

test.each<[string, Reference, unknown]>([
  ["nothing", { of: "nothing" }, undefined],
  ["a payload", payload(0), list],
  ["an item", { of: "item", list: payload(0), index: 1 }, { deep: [2] }],
  ["an item that is a date", { of: "item", list: payload(0), index: 2 }, new Date(3)],
  ["an item behind the end", { of: "item", list: payload(0), index: 9 }, undefined],
  ["a slice", { of: "slice", list: payload(0), from: 1, to: 3 }, [{ deep: [2] }, new Date(3)]],
  ["a slice over the end", { of: "slice", list: payload(0), from: 3, to: 9 }, ["four"]],
  ["a list of parts", { of: "list", parts: [payload(1), { of: "nothing" }] }, [[5, 6], undefined]],
  [
    "lists joined, with one that is none",
    { of: "concat", parts: [payload(1), payload(2)] },
    [5, 6, "single"],
  ],
  [
    "an object",
    {
      of: "object",
      entries: [
        ["a", payload(2)],
        ["b", payload(1)],
      ],
    },
    { a: "single", b: [5, 6] },
  ],
  ["a settled output", { of: "settled-output", output: payload(2) }, { ok: true, output: "single" }],
  ["a settled error", { of: "settled-error", error }, { ok: false, error }],
  [
    "a settled list",
    { of: "settled-list", list: payload(1) },
    [
      { ok: true, output: 5 },
      { ok: true, output: 6 },
    ],
  ],
  [
    "an item of a list put together",
    { of: "item", list: { of: "list", parts: [payload(2)] }, index: 0 },
    "single",
  ],
])("%s", (_kind, reference, value) => {
  const { references } = setUp(list, [5, 6], "single");
  expect(references.read(reference)).toEqual(value);
});

test("the keys of an object are its own, whatever they are called", () => {
  const { references } = setUp("x");
  const read = references.read({ of: "object", entries: [["__proto__", payload(0)]] });
  expect(Object.entries(read as object)).toEqual([["__proto__", "x"]]);
});

test("every reading of a value is a copy of its own", () => {
  const { references } = setUp(list);
  for (const reference of [payload(0), { of: "item", list: payload(0), index: 1 } as const]) {
    const first = references.read(reference);
    expect(references.read(reference)).not.toBe(first);
  }
  const item = references.read({ of: "item", list: payload(0), index: 1 }) as { deep: number[] };
  item.deep.push(99);
  const slice = references.read({ of: "slice", list: payload(0), from: 1, to: 2 }) as [{ deep: number[] }];
  slice[0].deep.push(98);
  expect(references.read({ of: "item", list: payload(0), index: 1 })).toEqual({ deep: [2] });
});

test("the items of one list after the other cost one reading of each list", () => {
  const many = Array.from({ length: 100 }, (_, index) => ({ index }));
  const { references, reads } = setUp(many, [1, 2]);
  for (let index = 0; index < 100; index++)
    expect(references.read({ of: "item", list: payload(0), index })).toEqual({ index });
  references.read({ of: "slice", list: payload(0), from: 10, to: 20 });
  expect(reads).toEqual([0]);
  expect(references.read({ of: "item", list: payload(1), index: 1 })).toBe(2);
  expect(references.read({ of: "item", list: payload(0), index: 7 })).toEqual({ index: 7 });
  expect(reads).toEqual([0, 1]);
});
