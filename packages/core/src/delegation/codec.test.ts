import { describe, expect, it } from "vitest";
import { isDeepStrictEqual, types } from "node:util";
import { runInNewContext } from "node:vm";
import { ReeveError } from "../errors.ts";
import { seededRandom, type Random } from "../random.ts";
import { decode, encode, PAYLOAD_BYTES_MAX } from "./codec.ts";

const roundTrip = (value: unknown): unknown => decode(encode(value));

function refusal(value: unknown, what?: string): ReeveError {
  try {
    encode(value, what);
  } catch (error) {
    if (error instanceof ReeveError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("round trips", () => {
  const samples: readonly [string, unknown][] = [
    ["JSON", { a: [1, "two", true, null, { b: -1.5e300 }], "": {} }],
    ["undefined at the top", undefined],
    ["undefined in arrays and properties", { a: undefined, b: [undefined, 1, undefined] }],
    ["dates, also invalid", [new Date(0), new Date(Number.NaN), new Date(-8.64e15)]],
    [
      "maps and sets of anything",
      new Map<unknown, unknown>([
        [{ k: 1 }, new Set([1n, undefined])],
        [Number.NaN, new Map()],
      ]),
    ],
    ["bigints", [0n, -1n, 2n ** 200n]],
    ["bytes", [new Uint8Array(), new Uint8Array([0, 1, 255])]],
    ["numbers that JSON lacks", [Number.NaN, Infinity, -Infinity, -0, 0]],
    ["lone surrogates and escapes", '\ud800 \u2028 \0 {"~u":0}'],
    [
      "objects that look like tags",
      [{ "~u": 0 }, { "~": 1 }, { "~~d": { "~d": new Date(5) } }, { "~a": 1, "~b": 2 }, { "~__proto__": 1 }],
    ],
  ];
  for (const [name, value] of samples) {
    it(`keeps ${name}`, () => {
      const back = roundTrip(value);
      expect(isDeepStrictEqual(back, value)).toBe(true);
      expect(encode(back)).toBe(encode(value));
    });
  }

  it("keeps `__proto__` and `constructor` as keys, on both passes, without touching a prototype", () => {
    for (const extra of ["1", "2"]) {
      const source = JSON.parse(
        `{"__proto__":{"polluted":{"deep":1}},"constructor":3,"prototype":${extra}}`,
      ) as object;
      const special = { source, at: new Date(1) };
      const back = roundTrip(special) as typeof special;
      for (const object of [back.source, roundTrip(source) as object]) {
        expect(Object.keys(object)).toEqual(["__proto__", "constructor", "prototype"]);
        expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
        expect(Reflect.get(object, "polluted")).toBeUndefined();
      }
      const tagged = JSON.parse('{"__proto__":{"x":null}}') as Record<string, unknown>;
      Object.defineProperty(tagged, "__proto__", { value: { x: 1n }, enumerable: true });
      expect(encode(roundTrip(tagged))).toBe('{"__proto__":{"x":{"~n":"1"}}}');
    }
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });

  it("takes objects without prototype, Buffers and values of another realm as plain ones", () => {
    expect(roundTrip(Object.assign(Object.create(null) as object, { a: 1 }))).toStrictEqual({ a: 1 });
    const bytes = roundTrip(Buffer.from("abc")) as object;
    expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype);
    expect(bytes).toStrictEqual(new Uint8Array([97, 98, 99]));
    const foreign: unknown = runInNewContext("({ a: [1, undefined], m: new Map([[1, new Date(7)]]) })");
    expect(roundTrip(foreign)).toStrictEqual({ a: [1, undefined], m: new Map([[1, new Date(7)]]) });
  });

  it("keeps an error's class name, message, code, stack, cause and errors", () => {
    class OutOfStock extends Error {
      readonly code = "E_STOCK";
    }
    const cause = new TypeError("not a number");
    const error = new OutOfStock("none left", { cause });
    const back = roundTrip(error) as OutOfStock;
    expect(back).toBeInstanceOf(Error);
    expect(Object.entries(back)).toEqual([["code", "E_STOCK"]]);
    expect([back.name, back.message, back.stack]).toEqual(["OutOfStock", "none left", error.stack]);
    expect(back.cause).toBeInstanceOf(TypeError);
    const several = roundTrip(new AggregateError([cause, 7n, undefined], "several")) as AggregateError;
    expect(several).toBeInstanceOf(AggregateError);
    expect(several.errors.slice(1)).toEqual([7n, undefined]);
    for (const one of [
      error,
      several,
      new DOMException("stopped", "AbortError"),
      new Error("", { cause: undefined }),
    ]) {
      const text = encode(one);
      expect(encode(decode(text))).toBe(text);
    }
    expect(roundTrip(new DOMException("stopped", "AbortError"))).toMatchObject({
      name: "AbortError",
      code: 20,
    });
  });

  it("holds for 3,000 generated values (seeds 1 to 3,000)", () => {
    const broken: string[] = [];
    for (let seed = 1; seed <= 3_000; seed++) {
      const value = generate(seededRandom(seed), 0);
      const text = encode(value);
      const back = decode(text);
      const holds =
        isDeepStrictEqual(back, value) && encode(back) === text && encode(structuredClone(value)) === text;
      if (!holds) broken.push(`seed ${seed}: ${text}`);
    }
    expect(broken).toEqual([]);
  });
});

describe("refusals", () => {
  class Order {
    readonly id = 1;
  }
  const cycle: Record<string, unknown> = { a: {} };
  cycle["a"] = { b: [cycle] };
  let deep: unknown = 1;
  for (let level = 0; level < 600; level++) deep = [deep];
  const sparse: number[] = [1];
  sparse[2] = 3;

  const samples: readonly [string, unknown, string][] = [
    ["functions", { lines: [1, 2, 3, { callback: () => 1 }] }, "output.lines[3].callback is a function"],
    ["methods named toJSON", { a: { toJSON: () => 1 } }, "output.a.toJSON is a function"],
    ["symbols", { "a b": Symbol("s") }, 'output["a b"] is a symbol, Symbol(s)'],
    ["symbol keys", [{ [Symbol("s")]: 1 }], "output[0] has a symbol as key, Symbol(s)"],
    ["class instances", new Map([["k", new Order()]]), 'output.get("k") is an instance of Order'],
    [
      "subclasses of what is storable",
      new (class Tags extends Set<string> {})(),
      "output is an instance of Tags",
    ],
    [
      "getters that throw",
      {
        get total(): never {
          throw new Error("no total");
        },
      },
      "output.total can't be read: Error: no total",
    ],
    ["sparse arrays", { sparse }, "output.sparse is a sparse array: index 1 is empty"],
    ["cycles", cycle, "output.a.b[0] refers back to output: a cycle"],
    ["promises", { p: Promise.resolve(1) }, "output.p is a Promise"],
    ["weak maps", new WeakMap(), "output is an instance of WeakMap"],
    ["other typed arrays", [new Float64Array(1)], "output[0] is an instance of Float64Array"],
    ["buffers of bytes", new ArrayBuffer(1), "output is an instance of ArrayBuffer"],
    ["boxed primitives", new Set([new Number(1)]), "output.values()[0] is a boxed primitive"],
    ["regular expressions", /x/, "output is an instance of RegExp"],
    ["functions in an error's cause", new Error("x", { cause: () => 1 }), "output.cause is a function"],
  ];
  for (const [name, value, message] of samples) {
    it(`names the property for ${name}`, () => {
      const error = refusal(value, "output");
      expect([error.code, error.message]).toEqual(["value-not-storable", message]);
      expect(error.hint).toBeTruthy();
    });
  }

  it("refuses more than 500 levels, and not 500", () => {
    expect(refusal(deep).message).toMatch(/^value\[0\]\[0\].* … .*is more than 500 levels deep$/);
    let fits: unknown = 1;
    for (let level = 0; level < 500; level++) fits = [fits];
    expect(isDeepStrictEqual(roundTrip(fits), fits)).toBe(true);
    expect(encode(decode(encode([fits, 1n].slice(0, 1))))).toBeTruthy();
  });

  it("refuses a revoked proxy, and a getter that throws only the second time", () => {
    let reads = 0;
    const fickle = {
      get total(): number {
        if (reads++ > 0) throw new Error("once only");
        return 1;
      },
    };
    expect(refusal(fickle, "output").message).toBe("output can't be written as text: Error: once only");
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(refusal({ proxy }, "output").message).toMatch(/^output\.proxy can't be read/);
  });

  it("refuses texts over 16 MB of UTF-8 with their size, and takes exactly 16 MB", () => {
    expect(encode("x".repeat(PAYLOAD_BYTES_MAX - 2)).length).toBe(PAYLOAD_BYTES_MAX);
    const error = refusal("é".repeat(PAYLOAD_BYTES_MAX / 2), "input");
    expect(error.code).toBe("payload-too-large");
    expect(error.message).toBe("input takes 16,777,218 bytes; at most 16,777,216 are kept");
    expect(encode([undefined, "x".repeat(PAYLOAD_BYTES_MAX - 13)]).length).toBe(PAYLOAD_BYTES_MAX);
    expect(refusal([undefined, "x".repeat(PAYLOAD_BYTES_MAX - 12)]).code).toBe("payload-too-large");
    expect(refusal({ bytes: new Uint8Array(PAYLOAD_BYTES_MAX) }).code).toBe("payload-too-large");
  });

  it("refuses one object in so many places that its text would have no end, early", () => {
    for (const leaf of [1, 1n]) {
      let many: unknown = leaf;
      for (let level = 0; level < 60; level++) many = [many, many];
      expect(refusal(many).code).toBe("payload-too-large");
    }
  });

  it("refuses texts that encode never wrote", () => {
    for (const text of ["", "{", '{"~q":1}', '{"~m":1}', '{"~e":{"name":"E","message":"m","errors":2}}']) {
      expect(() => decode(text), text).toThrow(expect.objectContaining({ code: "file-damaged" }));
    }
  });
});

/** Everything storable but errors (deep equality of errors is tested above), three levels deep. */
function generate(random: Random, depth: number): unknown {
  const pick = (count: number): number => Math.floor(random.next() * count);
  const list = (): unknown[] => Array.from({ length: pick(5) }, () => generate(random, depth + 1));
  const keys = [
    "a",
    "b",
    "~",
    "~u",
    "~~d",
    "__proto__",
    "constructor",
    "toString",
    "1",
    "0",
    "ключ",
    "",
    "length",
  ];
  const leaves = [
    undefined,
    null,
    true,
    false,
    0,
    -0,
    1,
    -1.5,
    1e21,
    5e-324,
    Number.NaN,
    Infinity,
    -Infinity,
    "",
    "~",
    '{"~u":0}',
    "\ud83d",
    "text",
    0n,
    -(2n ** 70n),
    new Date(0),
    new Date(Number.NaN),
    new Uint8Array([1, 2]),
  ];
  switch (depth > 3 ? 9 : pick(10)) {
    case 0:
    case 1:
      return list();
    case 2:
      return new Map(list().map((value) => [generate(random, depth + 1), value]));
    case 3:
      return new Set(list());
    case 4:
    case 5:
    case 6: {
      const object = {};
      for (const value of list()) {
        const key = keys[pick(keys.length)] ?? "a";
        Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
      }
      return object;
    }
    default:
      return leaves[pick(leaves.length)];
  }
}

it("the generator makes what the codec is about", () => {
  const kinds = new Set<string>();
  for (let seed = 1; seed <= 200; seed++) {
    const value = generate(seededRandom(seed), 0);
    kinds.add(
      types.isMap(value) ? "map" : types.isSet(value) ? "set" : Array.isArray(value) ? "array" : typeof value,
    );
  }
  expect([...kinds]).toEqual(
    expect.arrayContaining(["map", "set", "array", "object", "string", "number", "undefined"]),
  );
});
