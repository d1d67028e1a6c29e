/** Runs the real compiler on fixtures/: what it says of steps that do not fit, and what checking long patterns costs. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const fixtures = join(import.meta.dirname, "fixtures");
const compiler = join(import.meta.dirname, "../../../../node_modules/typescript/bin/tsc");

function compile(config: string, ...options: string[]): string {
  const result = spawnSync(process.execPath, [compiler, "-p", join(fixtures, config), ...options], {
    encoding: "utf8",
  });
  expect(result.error).toBeUndefined();
  return result.stdout;
}

function instantiations(config: string): number {
  const report = compile(config, "--extendedDiagnostics");
  expect(report).not.toContain("error TS");
  return Number(/^Instantiations:\s+(\d+)$/m.exec(report)?.[1]);
}

describe("the compiler", () => {
  it("accepts the sample of the public contract", () => {
    expect(compile("tsconfig.json")).toBe("");
  });

  it("names both steps where one cannot take the output of the other", () => {
    const errors = compile("mismatches.tsconfig.json");
    const texts = [...errors.matchAll(/required in type 'Mismatch<"(.+)">'/g)].map((match) => match[1]);
    expect(texts).toEqual([
      "step 'charge' cannot take the output of step 'reserve'",
      "step 'charge' cannot take the pattern's input",
      "step 'charge' cannot take the output of step 'look'",
      "step 'charge' cannot take the pattern's input",
      "step 'charge' cannot take what 'items' of the pattern gives it",
      "step 'charge' cannot take the outputs of the phase before",
      "step 'charge' cannot take its own output",
      "step 'charge' cannot take the output of step 'delay-5ms'",
      "level 'charge' cannot take what level 'reserve' takes",
      "level 'charge' cannot take the chain's input",
      "fallback 'charge' cannot take the pattern's input",
    ]);
    expect(errors).toContain(`Mismatch<"this is neither an agent nor a pattern">`);
    expect(errors.match(/error TS/g)).toHaveLength(12);
  });

  it("points at the step that does not fit", () => {
    expect(compile("mismatches.tsconfig.json")).toMatch(/mismatches\.ts\(17,71\): error/);
  });

  it("checks 30 steps in fewer than 20,000 instantiations, and 30 of every kind in few more", () => {
    expect(instantiations("thirty-steps.tsconfig.json")).toBeLessThan(20_000);
    expect(instantiations("thirty-kinds.tsconfig.json")).toBeLessThan(25_000);
  });
});
