import { expect, test } from "vitest";
import { findSecrets } from "./secrets.ts";

// Put together at run time, so that no scanner takes this file for a leak.
const letters = "k9Xq2LmZ7vRw4TbN8sHc";
const token = ["ghp", `${letters}${letters}`.slice(0, 36)].join("_");

test("a token in a known format is reported with its line, and masked", () => {
  const found = findSecrets(`a\nconst b = "${token}";\n`);
  expect(found).toEqual([{ line: 2, kind: "GitHub token", masked: "ghp_… (40 characters)" }]);
  expect(JSON.stringify(found)).not.toContain(letters.slice(0, 6));
});

test("a random value assigned to a telling name is reported", () => {
  expect(findSecrets(`api_key: '${letters}'\n`)).toMatchObject([{ line: 1, kind: "assigned secret" }]);
});

test("a private key is reported by its header and body, the header alone is not", () => {
  const header = ["-----BEGIN RSA", "PRIVATE", "KEY-----"].join(" ");
  expect(findSecrets(`${header}\n${letters.repeat(5)}\n`)).toMatchObject([
    { kind: "private key", masked: "----…" },
  ]);
  expect(findSecrets(`if (text.startsWith("${header}")) {}\n`)).toEqual([]);
});

test("placeholders and plain words are left alone", () => {
  const text =
    'password = "your-password-here"\ntoken: "${TOKEN}"\nsecretName = "my-long-secret-name"\nkey = process.env["API_KEY"]';
  expect(findSecrets(text)).toEqual([]);
});
