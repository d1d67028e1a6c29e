import { expect, test } from "vitest";
import { memoryEngine } from "../engine/memory/memory-engine.ts";
import type { RuntimeOptions } from "../runtime.ts";
import { effectiveSettings, settingsDigest } from "./effective-settings.ts";

function memoriesOf(options: Partial<RuntimeOptions>, active?: string): readonly unknown[] {
  const settings = effectiveSettings({ patterns: [], engine: memoryEngine(), ...options }, active);
  return settings
    .filter(({ name }) => name.endsWith("memory") && !name.startsWith("alerts"))
    .map(({ name, value, source }) => [name, value, source]);
}

const orders = { orders: { memory: "conservative", threshold: 0.9 } } as const;

test("the memory of a domain is told with where it comes from", () => {
  expect(memoriesOf({ preset: "staging", domains: orders })).toEqual([
    ["memory", "steady", "preset"],
    ["domains['orders'].memory", "conservative", "given"],
  ]);
});

test("a profile changes neither the memory nor that of a domain which it has other settings for", () => {
  const profiles = { calm: { preset: "production", domains: { orders: { threshold: 0.95 } } } } as const;
  expect(memoriesOf({ preset: "staging", domains: orders, profiles }, "calm")).toEqual([
    ["memory", "steady", "given"],
    ["domains['orders'].memory", "conservative", "given"],
  ]);
  expect(memoriesOf({ profiles }, "calm")).toEqual([["memory", "eager", "default"]]);
});

test("the settings of breakers are told, or that there are none", () => {
  const ofBreakers = (options: Partial<RuntimeOptions>): readonly unknown[] =>
    effectiveSettings({ patterns: [], engine: memoryEngine(), ...options })
      .filter(({ name }) => name.startsWith("breaker"))
      .map(({ name, value, source }) => `${name} ${String(value)} ${source}`);
  expect(ofBreakers({})).toEqual(["breaker false default"]);
  expect(ofBreakers({ breaker: { probes: 1 } })).toEqual(
    expect.arrayContaining(["breaker.probes 1 given", "breaker.openMs 30000 default"]),
  );
});

test("the digest changes with a setting, and not with what nobody should see", () => {
  const digest = (options: Partial<RuntimeOptions>): string =>
    settingsDigest({ patterns: [], engine: memoryEngine(), ...options });
  expect(digest({})).toMatch(/^[0-9a-f]{12}$/);
  expect(digest({ drainMs: 1 })).not.toBe(digest({}));
  expect(digest({ secretKey: "k".repeat(32) })).toBe(digest({}));
  expect(digest({ preset: "staging" })).not.toBe(digest({}));
});
