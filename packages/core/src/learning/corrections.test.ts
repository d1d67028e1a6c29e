import { expect, test } from "vitest";
import { createConfidence, type Confidence } from "./confidence.ts";

/** Outcomes of one pattern, failures evenly among successes. */
function teach(
  confidence: Confidence,
  pattern: string,
  domain: string,
  successes: number,
  failures: number,
): void {
  const count = successes + failures;
  for (let index = 0; index < count; index++) {
    const failed = Math.floor(((index + 1) * failures) / count) > Math.floor((index * failures) / count);
    confidence.see({ pattern, domain, score: failed ? 0 : 1 });
  }
}

test("feedback moves what an outcome taught, and counts no execution", () => {
  const [corrected, taught] = [createConfidence(), createConfidence()];
  teach(corrected, "pattern", "orders", 20, 0);
  for (let index = 0; index < 5; index++)
    corrected.correct({ pattern: "pattern", domain: "orders", score: 0.2, before: 1 });
  for (let index = 0; index < 20; index++)
    taught.see({ pattern: "pattern", domain: "orders", score: index % 4 === 0 ? 0.2 : 1 });
  const [one, other] = [corrected, taught].map((confidence) => confidence.posterior("pattern", "orders"));
  expect(one?.mean).toBeCloseTo(other?.mean ?? 0, 1);
  expect([one?.evidence, one?.tries]).toEqual([20, 20]);
});

test("feedback that takes itself back leaves the mean as it was", () => {
  const confidence = createConfidence();
  teach(confidence, "pattern", "orders", 20, 10);
  const { mean } = confidence.posterior("pattern", "orders");
  confidence.correct({ pattern: "pattern", domain: "orders", score: 0, before: 1 });
  expect(confidence.posterior("pattern", "orders").mean).toBeLessThan(mean - 0.02);
  confidence.correct({ pattern: "pattern", domain: "orders", score: 1, before: 0 });
  expect(confidence.posterior("pattern", "orders").mean).toBeCloseTo(mean, 2);
});

test("a pattern that completes, and whose results are no good lately, is believed to be bad", () => {
  const confidence = createConfidence();
  teach(confidence, "pattern", "orders", 450, 50);
  for (let index = 0; index < 15; index++) {
    confidence.see({ pattern: "pattern", domain: "orders", score: 1 });
    confidence.correct({ pattern: "pattern", domain: "orders", score: 0, before: 1 });
  }
  expect(confidence.posterior("pattern", "orders").mean).toBeLessThan(0.3);
});

test("feedback of one principal among several cannot poison a pattern for the rest", () => {
  const confidence = createConfidence();
  for (let index = 0; index < 280; index++) {
    confidence.see({ pattern: "pattern", domain: "orders", score: 1, principal: `user-${index % 7}` });
  }
  const before = confidence.posterior("pattern", "orders").mean;
  for (let index = 0; index < 1_000; index++) {
    confidence.correct({ pattern: "pattern", domain: "orders", score: 0, before: 1, principal: "mallory" });
  }
  expect(confidence.posterior("pattern", "orders").mean).toBeGreaterThan(before - 0.25);
});

test("feedback on what nobody knows, or what does not change anything, changes nothing", () => {
  const confidence = createConfidence();
  teach(confidence, "pattern", "orders", 20, 10);
  const before = JSON.stringify(confidence.save());
  confidence.correct({ pattern: "unheard-of", domain: "orders", score: 0, before: 1 });
  confidence.correct({ pattern: "pattern", domain: "nowhere", score: 0, before: 1 });
  confidence.correct({ pattern: "pattern", domain: "orders", score: 0.5, before: 0.5 });
  expect(JSON.stringify(confidence.save())).toBe(before);
});
