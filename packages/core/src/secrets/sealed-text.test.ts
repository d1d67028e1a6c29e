import { expect, test } from "vitest";
import { decode, encode } from "../delegation/codec.ts";
import { keysInMemory } from "./keys.ts";
import { secret } from "./secret.ts";
import { Vault } from "./vault.ts";

const values: readonly (readonly [string, unknown])[] = [
  ["text under the name of a secret", { password: "x", user: "ada" }],
  ["everything under it", { credentials: { user: "ada", keys: ["a", 1, { b: "c" }], at: new Date(0) } }],
  ["bytes and bigints", { token: new Uint8Array([1, 2]), secret: 5n }],
  ["a wrapped value of any kind", [secret(new Map([["a", new Set([-0])]])), secret(5)]],
  [
    "entries of a map",
    new Map<unknown, unknown>([
      ["apiKey", "x"],
      [{ password: "y" }, 1],
    ]),
  ],
  ["a property __proto__", JSON.parse('{"__proto__":{"password":"x"},"token":"y"}')],
  ["properties that look like tags", { "~z": "abc", "~token": "x", secret: { "~z": "abc" } }],
  ["a property that looks like a tag alone", { secret: { "~z": "abc" } }],
  ["an error", { cause: new Error("no", { cause: { password: "x" } }) }],
  ["half a pair of surrogates", { password: "\ud800 and \u2028", 7: "number", [""]: "" }],
];

test.each(values)("sealed and opened, %s is exactly what it was", (_, value) => {
  const vault = new Vault(keysInMemory());
  const text = encode(value);
  const sealed = vault.seal(text);
  expect(sealed).toBeDefined();
  expect(vault.open(sealed?.text ?? "")).toBe(text);
  expect(() => decode(vault.hide(sealed?.text ?? ""))).not.toThrow();
});

test.each<unknown>([
  { password: 5, token: true, secret: null, apiKey: "", credentials: { at: new Date(0), n: Number.NaN } },
  { user: "ada", text: '{"password":"in a text"}' },
  [undefined, "password", ["token", "x"], new Map([["user", "token"]])],
])("numbers, booleans, times, empty texts and words are no secrets: %j", (value) => {
  expect(new Vault(keysInMemory()).seal(encode(value))).toBeUndefined();
});

test("a text in which a secret recurs is sealed as a whole, whatever its name", () => {
  const vault = new Vault(keysInMemory());
  vault.seal(encode({ password: "hunter2-hunter2" }));
  const text = encode({ url: "https://host/?q=hunter2-hunter2", ["is hunter2-hunter2"]: 1, other: "text" });
  const sealed = vault.seal(text);
  expect(sealed?.text).not.toContain("hunter2");
  expect(vault.open(sealed?.text ?? "")).toBe(text);
});

test("what was changed since is refused, and so is what another key sealed", () => {
  const vault = new Vault(keysInMemory());
  const sealed = vault.seal(encode({ password: "x" }))?.text ?? "";
  const last = sealed.lastIndexOf('"');
  const changed = sealed.slice(0, last - 3) + (sealed[last - 3] === "A" ? "B" : "A") + sealed.slice(last - 2);
  expect(() => vault.open(changed)).toThrow(expect.objectContaining({ code: "file-damaged" }));
  const other = new Vault(keysInMemory());
  expect(() => other.open(sealed)).toThrow(expect.objectContaining({ code: "secret-key-missing" }));
});
