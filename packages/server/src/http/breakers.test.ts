import { agent, sequential } from "@reeve/core";
import { expect, test, vi } from "vitest";
import { served } from "../testing/serving.ts";

const call = agent("call", {
  breaker: { attemptsMin: 3, openMs: 600_000 },
  run: () => {
    throw new Error("no answer");
  },
});
const calling = sequential("calling", { matches: { domain: "calls" }, steps: [call] });

test("an agent whose breaker is open is listed with it, and the choice says why it is passed over", async () => {
  await using it = await served();
  await it.runtime.register(calling);
  const client = it.client("read");
  const before = (await client.agents({})).agents.find(({ name }) => name === "call");
  if (before) expect(before.breaker).toBeNull();
  let last = "";
  for (let run = 0; run < 3; run++) {
    const handle = await it.runtime.start(calling, run);
    await handle.outcome();
    last = handle.id;
  }
  await vi.waitFor(
    async () => {
      const { agents } = await client.agents({});
      expect(agents.find(({ name }) => name === "call")?.breaker).toMatchObject({
        state: "open",
        openings: 1,
        reason: "3 of the last 3 attempts failed",
        code: "thrown",
        example: last,
        until: expect.any(Number),
      });
    },
    { timeout: 60_000 },
  );
  const preview = await it.client("operate").choose({ domain: "calls" });
  expect(preview.recovery).toBe("queue");
  const delegated = await it.runtime.delegate({ domain: "calls" }, 1);
  await vi.waitFor(
    async () => {
      const health = await client.health({});
      expect(health.findings.map(({ kind }) => kind)).toContain("breaker-open");
    },
    { timeout: 60_000 },
  );
  await delegated.cancel("over");
});
