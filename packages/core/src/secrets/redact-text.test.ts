import { expect, test } from "vitest";
import { redactText } from "./redact-text.ts";

test.each([
  [`{"password":"abc","user":"ada"}`, `{"password":"[redacted]","user":"ada"}`],
  [`{ apiKey: 'abc', "x-api-key": "d" }`, `{ apiKey: '[redacted]', "x-api-key": "[redacted]" }`],
  [`{"body":"{\\"token\\":\\"abc\\"}"}`, `{"body":"{\\"token\\":\\"[redacted]\\"}"}`],
  [`{"password":"a\\"b"} end`, `{"password":"[redacted]"} end`],
  ["GET /?a=1&access_token=abc&b=2", "GET /?a=1&access_token=[redacted]&b=2"],
  ["DB_PASSWORD=abc npm start", "DB_PASSWORD=[redacted] npm start"],
  ["curl --token abc --retry 3", "curl --token [redacted] --retry 3"],
  ["Authorization: Bearer abcdefghij", "Authorization: Bearer [redacted]"],
  ["authorization: Basic YWRhOnBhc3M=", "authorization: Basic [redacted]"],
  ["postgres://ada:abc@host/db", "postgres://ada:[redacted]@host/db"],
])("takes the secret out of %s", (text, redacted) => {
  expect(redactText(text)).toBe(redacted);
});

test.each([
  "invalid password: it must have 8 characters",
  "Unexpected token '}' in JSON at position 3",
  "the secretary's tokenizer=fast, author='Ada'",
  "maxTokens: 5, password: ''",
  "https://host:8080/path?q=a@b",
  "a basic understanding of tokens",
  "the bearer certificate is missing",
])("leaves %s as it is", (text) => {
  expect(redactText(text)).toBe(text);
});

test("takes time in proportion to the text, whatever it is", () => {
  for (const piece of ["a", "a=", "token='", "--token ", "://a:", '\\"token', "token-"]) {
    const text = piece.repeat(20_000 / piece.length);
    expect(redactText(text).length, piece).toBeGreaterThan(0);
  }
});
