import { expect, test } from "vitest";
import { agent, type RetryOptions } from "../delegation/agent.ts";
import { NonRetryableError } from "../errors.ts";
import { seededRandom } from "../random.ts";
import { retryDelay } from "./retry.ts";

function node(retry: RetryOptions | undefined, idempotent = true) {
  return agent("works", { run: () => 1, idempotent, ...(retry ? { retry } : {}) });
}

/** The delays after each attempt up to the one that is the last. */
function delays(retry: RetryOptions, seed = 1): (number | undefined)[] {
  const random = seededRandom(seed);
  const attempts = retry.attempts ?? 3;
  return Array.from({ length: attempts }, (_, index) =>
    retryDelay(node(retry), { attempt: index + 1, thrown: new Error("no"), unsure: false }, random),
  );
}

const failed = { attempt: 1, thrown: new Error("no"), unsure: false };

test("without jitter each delay is the factor times the one before, up to the longest", () => {
  const retry = { attempts: 6, delayMs: 200, factor: 3, delayMsMax: 5_000, jitter: false };
  expect(delays(retry)).toEqual([200, 600, 1_800, 5_000, 5_000, undefined]);
});

test("the defaults are three attempts, 200 ms doubled", () => {
  expect(delays({ jitter: false })).toEqual([200, 400, undefined]);
});

test("a delay is whole milliseconds", () => {
  expect(delays({ attempts: 4, delayMs: 0.5, factor: 1.5, jitter: false })).toEqual([1, 1, 1, undefined]);
});

test("with jitter each delay is drawn from the upper half of its range, alike for one seed", () => {
  const retry = { attempts: 5, delayMs: 1_000, delayMsMax: 3_000 };
  const random = seededRandom(7);
  const expected = [1_000, 2_000, 3_000, 3_000].map((full) =>
    Math.round(full / 2 + (random.next() * full) / 2),
  );
  expect(delays(retry, 7)).toEqual([...expected, undefined]);
  expect(delays(retry, 8)).not.toEqual([...expected, undefined]);
  for (let seed = 0; seed < 200; seed++) {
    const [first] = delays({ attempts: 2, delayMs: 1_000 }, seed);
    expect(first).toBeGreaterThanOrEqual(500);
    expect(first).toBeLessThanOrEqual(1_000);
  }
});

test("no delay stays no delay, however many attempts were made", () => {
  const found = delays({ attempts: 400, delayMs: 0, factor: 10, jitter: false });
  expect(new Set(found)).toEqual(new Set([0, undefined]));
});

test("an agent without a retry policy is not attempted again", () => {
  expect(retryDelay(node(undefined), failed, seededRandom(1))).toBeUndefined();
});

test("NonRetryableError ends the attempts, also one of another copy of this package", () => {
  class Foreign extends Error {
    override readonly name = "NonRetryableError";
  }
  for (const thrown of [new NonRetryableError("never"), new Foreign("never")])
    expect(retryDelay(node({}), { ...failed, thrown }, seededRandom(1))).toBeUndefined();
});

test("`when` sees what was thrown and decides; one that throws asks for no attempt", () => {
  const seen: unknown[] = [];
  const picky = node({
    jitter: false,
    when: (error) => {
      seen.push(error);
      return error instanceof TypeError;
    },
  });
  const type = new TypeError("yes");
  expect(retryDelay(picky, { ...failed, thrown: type }, seededRandom(1))).toBe(200);
  expect(retryDelay(picky, { ...failed, thrown: "text" }, seededRandom(1))).toBeUndefined();
  expect(seen).toEqual([type, "text"]);
  const broken = node({
    when: () => {
      throw new Error("broken");
    },
  });
  expect(retryDelay(broken, failed, seededRandom(1))).toBeUndefined();
});

test("only `true` asks for another attempt; a promise does not, and may reject unheard", () => {
  for (const answer of [Promise.resolve(true), Promise.reject(new Error("unheard")), 1, "yes", undefined])
    expect(retryDelay(node({ when: () => answer as never }), failed, seededRandom(1))).toBeUndefined();
});

test("an unsure attempt is made again only where the agent is idempotent", () => {
  const unsure = { ...failed, unsure: true };
  expect(retryDelay(node({ jitter: false }), unsure, seededRandom(1))).toBe(200);
  expect(retryDelay(node({ jitter: false }, false), unsure, seededRandom(1))).toBeUndefined();
  expect(retryDelay(node({ jitter: false }, false), failed, seededRandom(1))).toBe(200);
});
