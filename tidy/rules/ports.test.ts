import { expect, test } from "vitest";
import { judge } from "../judge.ts";
import { noSourceUrls, portsAreRespected } from "./ports.ts";

const inCore = "packages/core/src/execution/retry.ts";

test.each([
  "setTimeout(run, 5);",
  "globalThis.setInterval(run, 5);",
  "const at = Date.now();",
  "const now = Date.now;",
  "const at = new Date();",
  "const at = performance.now();",
  "const chance = Math.random();",
  "const id = crypto.randomUUID();",
  "const signal = AbortSignal.timeout(5);",
  `import { setTimeout as sleep } from "node:timers/promises";`,
])("core may not say %s", (text) => {
  expect(judge(portsAreRespected, { [inCore]: text })).toHaveLength(1);
});

test("the ports themselves may, and so may tests; a Clock's methods and a dated Date are fine", () => {
  const files = {
    "packages/core/src/clock.ts": "export const now = Date.now; setTimeout(now, 1);",
    "packages/core/src/random.ts": "export const roll = Math.random();",
    "packages/core/src/clock.test.ts": "setTimeout(() => {}, 1);",
    [inCore]: "clock.setTimeout(run, 5); new Date(clock.now()); const text = 'Date.now()';",
  };
  expect(judge(portsAreRespected, files)).toEqual([]);
});

test("only the command reads the environment", () => {
  const text = "const level = process.env.LEVEL;";
  expect(judge(portsAreRespected, { "packages/reeve/src/main.ts": text })).toEqual([]);
  expect(judge(portsAreRespected, { "examples/a/main.ts": text })).toEqual([
    "examples/a/main.ts:1 process.env: only the reeve command reads the environment; take an option",
  ]);
});

test.each([`vi.mock("./a.ts");`, "vi.useFakeTimers();", `jest.mock("./a.ts");`])(
  "no test says %s",
  (text) => {
    expect(judge(portsAreRespected, { "packages/core/src/a.test.ts": text })).toHaveLength(1);
  },
);

test("a URL of a source is caught in published code", () => {
  const text = `new Worker(new URL("./worker.ts", import.meta.url));`;
  expect(judge(noSourceUrls, { "packages/core/src/agents/start.ts": text })).toHaveLength(1);
  expect(judge(noSourceUrls, { "packages/core/src/agents/start.test.ts": text })).toEqual([]);
});
