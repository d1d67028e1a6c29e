/** The conformance suite on an engine of one's own, and its own tests. */
import { memoryEngine } from "reeve";
import {
  createTestRuntime,
  describeEngine,
  FaultyDisk,
  type LogUnderTest,
  type TestRunner,
} from "reeve/testing";
import { describe, expect, test, type TestContext } from "vitest";
import { auditedEngine } from "./audited-engine.ts";
import { makeRefund } from "./refund.ts";

const declare: (title: string, body: (context: TestContext) => void) => void = test;
const runner: TestRunner = {
  describe,
  test,
  skip: (title, reason) => declare(title, (context) => context.skip(reason)),
};

function makeLog(): LogUnderTest {
  const disk = new FaultyDisk();
  return {
    open: (options) => auditedEngine(disk.engine(options), () => {}),
    crash: () => disk.crash(),
    crashAtWrite: (n, crashed) => disk.crashAtWrite(n, { then: crashed }),
    remove: () => {},
  };
}

const { capabilities } = memoryEngine();
describeEngine("audited engine", { capabilities, makeLog }, runner);

test("everybody who asks for something is noted", async () => {
  const lines: string[] = [];
  const refund = makeRefund({ pay: async () => {} });
  await using runtime = await createTestRuntime({
    patterns: [refund],
    engine: (options) => auditedEngine(memoryEngine(options), (line) => lines.push(line)),
  });
  const run = await runtime.start(refund, 250, { id: "r" });
  await run.signal("allowed", true);
  expect(lines).toEqual(["local starts 'r'", "local answers 'allowed' of 'r'"]);
});
