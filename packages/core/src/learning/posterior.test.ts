import { expect, test } from "vitest";
import { createConfidence } from "./confidence.ts";

test("a pattern that always failed is known to be poor, and one that never did to be good", () => {
  const confidence = createConfidence();
  for (let run = 0; run < 30; run++) {
    confidence.see({ pattern: "poor", domain: "orders", score: 0 });
    confidence.see({ pattern: "good", domain: "orders", score: 1 });
  }
  expect(confidence.posterior("poor", "orders").high).toBeLessThan(0.2);
  expect(confidence.posterior("good", "orders").low).toBeGreaterThan(0.8);
});
