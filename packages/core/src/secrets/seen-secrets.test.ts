import { expect, test } from "vitest";
import { seededRandom } from "../random.ts";
import { SeenSecrets } from "./seen-secrets.ts";

function seeing(...values: string[]): SeenSecrets {
  const seen = new SeenSecrets();
  seen.hold(values);
  return seen;
}

test("values of 8 characters and more are masked wherever they stand, shorter ones are not looked for", () => {
  const seen = seeing("12345678", "1234567");
  expect(seen.mask("a12345678b12345678")).toBe("a[redacted]b[redacted]");
  expect(seen.mask("1234567")).toBe("1234567");
  expect(seen.size).toBe(1);
});

test("of values that begin alike the longest one is masked", () => {
  expect(seeing("12345678", "123456789").mask("123456789 12345678")).toBe("[redacted] [redacted]");
});

test("what follows an authorization scheme, an address's password and the lines of a key are masked alone", () => {
  const seen = seeing(
    "Bearer abcdefgh1",
    "pg://ada:pass+word@host",
    "-----BEGIN-----\nMIIEvQIBADANBgkqhkiG\nend",
  );
  expect(seen.mask("abcdefgh1, pass+word, MIIEvQIBADANBgkqhkiG")).toBe("[redacted], [redacted], [redacted]");
});

test("the beginning of a value is masked where the rest was cut off", () => {
  const seen = seeing("abcdefghijklmnop");
  expect(seen.mask("x abcdefghij… y")).toBe("x [redacted]… y");
  expect(seen.mask("'abcdefghij'... 6 more characters")).toBe("'[redacted]'... 6 more characters");
  expect(seen.mask("abcdefghij")).toBe("abcdefghij");
});

test("any piece of 63 characters of a long value is masked as far as it goes", () => {
  const random = seededRandom(7);
  const long = Array.from({ length: 40 }, () => random.id()).join("");
  const seen = seeing(long);
  for (let from = 0; from + 63 <= long.length; from += 17) {
    const piece = long.slice(from, from + 63);
    expect(seen.mask(`<${piece}>`), `from ${from}`).toBe("<[redacted]>");
  }
});

test("a value is looked for as long as somebody holds it, and then until 2,048 others were let go", () => {
  const seen = seeing("the first secret", "the first secret");
  const others = Array.from({ length: 2_048 }, (_, index) => `secret number ${index}`);
  seen.release(["the first secret"]);
  seen.hold(others);
  seen.release(others);
  expect(seen.occursIn("the first secret")).toBe(true);
  seen.release(["the first secret"]);
  expect(seen.size).toBe(2_048);
  expect(seen.occursIn("the first secret")).toBe(true);
  seen.hold(["one more secret"]);
  seen.release(["one more secret"]);
  expect(seen.occursIn("secret number 1")).toBe(false);
  expect(seen.occursIn("secret number 2000")).toBe(true);
  expect(seen.size).toBe(2_048);
});
