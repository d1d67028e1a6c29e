import { spawnSync } from "node:child_process";
import { mkdtempDisposable, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createRuntime, fixedResources, memoryEngine } from "reeve";
import { makeAnalysis } from "./analysis.ts";

test("over a day each text is analysed as well as the machine allows", () => {
  const file = join(import.meta.dirname, "main.ts");
  const ran = spawnSync(process.execPath, ["--conditions=source", file], { encoding: "utf8" });
  expect(ran.stderr).toBe("");
  expect(ran.stdout.split("\n")).toEqual([
    "08:00  deep      the letter says above all: The estate had a reeve who counted.",
    "09:00  standard  the list is about: sheep",
    "       deep/split: failed, it has no sentences",
    "11:00  standard  the letter is about: estate",
    "       deep: resources: 75 % of the processor time is in use, at most 60 % may be",
    "12:00  basic     the letter has 12 words",
    "       deep: resources: 97 % of the processor time is in use, at most 60 % may be",
    "       standard: resources: 97 % of the processor time is in use, at most 90 % may be",
    "15:00  standard  the letter is about: estate",
    "       deep: resources: 95 % of the memory is in use, at most 90 % may be",
    "18:00  deep      the letter says above all: The estate had a reeve who counted.",
    "",
  ]);
});

test("what the deep analysis kept is gone when it fails, and the next level has the same text", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "degradation-"));
  const analysis = makeAnalysis(folder.path);
  await using runtime = await createRuntime({
    patterns: [analysis],
    engine: memoryEngine(),
    resources: fixedResources({ cpu: 0.1, memory: 0.1 }),
  });
  const run = await runtime.start(analysis, { title: "note", text: "barns and barns" });
  expect(await run.outcome()).toEqual({ status: "completed", output: "is about: barns", level: "standard" });
  expect(await readdir(folder.path)).toEqual([]);
});
