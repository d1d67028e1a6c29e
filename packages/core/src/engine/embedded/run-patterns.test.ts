import { expect, test } from "vitest";
import type { Event, Fact } from "../../delegation/event.ts";
import { FACTS } from "../store-samples.ts";
import { RunPatterns } from "./run-patterns.ts";

const eventOf = (run: string, fact: Fact): Event => ({
  version: 1,
  run,
  seq: 1,
  position: 1,
  at: 0,
  ...fact,
});

test("the pattern of a run is known while it goes on, and asked of the store, but not kept, once it has ended", () => {
  const patterns = new RunPatterns(() => ({ pattern: "stored", state: "ended" }));
  const [started, ended] = [eventOf("r", FACTS["run-started"]), eventOf("r", FACTS["run-ended"])];
  patterns.begin([started, ended]);
  expect(patterns.of("r")).toBe("p");
  patterns.end([started, ended]);
  expect(patterns.of("r")).toBe("stored");
  expect(patterns.size).toBe(0);
});
