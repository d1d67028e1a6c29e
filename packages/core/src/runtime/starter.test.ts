import { expect, test } from "vitest";
import { agent } from "../delegation/agent.ts";
import { memoryEngine } from "../engine/memory/memory-engine.ts";
import { sequential } from "../patterns/sequential.ts";
import { createRuntime, type StartOptions } from "../runtime.ts";

const job = sequential("job", { steps: [agent("work", { run: (input: number) => input })] });

test.each<[StartOptions, string]>([
  [{ delayMs: -1 }, "delayMs is -1"],
  [{ delayMs: NaN }, "delayMs is NaN"],
  [{ delayMs: 1e308 }, "delayMs is 1e+308"],
  [{ delayMs: 8.64e15 }, "delayMs is 8640000000000000"],
  [{ runAt: 1e20 }, "runAt is 100000000000000000000"],
  [{ runAt: new Date(NaN) }, "runAt is "],
  [{ delayMs: 1, runAt: 1 }, "both delayMs and runAt are given"],
])("%#: a time that no clock shows is refused: %o", async (options, message) => {
  await using runtime = await createRuntime({ patterns: [job], engine: memoryEngine() });
  await expect(runtime.start(job, 1, options)).rejects.toMatchObject({
    code: "option-invalid",
    message: expect.stringContaining(message),
  });
});
