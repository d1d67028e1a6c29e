import { expect, test } from "vitest";
import { hasSecretName, isSecretName } from "./secret-name.ts";

test.each([
  "password",
  "dbPassword",
  "DB_PASSWORD",
  "passwd",
  "PassWord",
  "pass-phrase",
  "password2",
  "pwd",
  "token",
  "accessToken",
  "refresh_token",
  "X-Auth-Token",
  "tokens",
  "secret",
  "clientSecret",
  "AWS_SECRET",
  "apiKey",
  "API_KEY",
  "api-key",
  "apikey",
  "APIKey",
  "X-Api-Key",
  "privateKey",
  "private_key",
  "accessKeyId",
  "credentials",
  "credential",
  "Authorization",
  "cookie",
  "Set-Cookie",
  "jwt",
  "connectionString",
])("%s names a secret", (name) => {
  expect(isSecretName(name)).toBe(true);
  expect(hasSecretName(JSON.stringify({ a: [{ [name]: "x" }] }))).toBe(true);
  expect(hasSecretName(JSON.stringify({ a: [{ [`"${name}"`]: "x" }] }))).toBe(true);
});

test.each([
  "secretary",
  "tokenizer",
  "detokenize",
  "passwordless",
  "compass",
  "author",
  "authored",
  "key",
  "keys",
  "idempotencyKey",
  "keyboard",
  "monkey",
  "apiKeyboard",
  "public",
  "primaryKey",
  "user",
  "",
])("%s names none", (name) => {
  expect(isSecretName(name)).toBe(false);
  expect(hasSecretName(JSON.stringify({ a: [{ [name]: "x" }] }))).toBe(false);
});

test("JSON inside of JSON takes time in proportion to its length", () => {
  const inner = JSON.stringify(Array.from({ length: 50_000 }, (_, index) => ({ name: index })));
  expect(hasSecretName(JSON.stringify({ inner }))).toBe(false);
  expect(hasSecretName(JSON.stringify({ inner, token: "x" }))).toBe(true);
});
