import { expect, test } from "vitest";
import { RunPatterns } from "./run-patterns.ts";

test("the pattern of a run is known while it goes on, and asked of the store, but not kept, once it has ended", () => {
  const patterns = new RunPatterns(() => ({ pattern: "stored", state: "ended" }));
  patterns.begin("r", "p");
  expect(patterns.of("r")).toBe("p");
  patterns.end("r");
  expect(patterns.of("r")).toBe("stored");
  expect(patterns.size).toBe(0);
});
