/** What is trimmed with a run, and looked for when a log is verified. */
import { expect, test } from "vitest";
import type { Event, Fact } from "../../delegation/event.ts";
import { FACTS } from "../store-samples.ts";
import { payloadsIn } from "./payloads-in.ts";

const HEAD = { version: 1, run: "run-1", seq: 1, position: 1, at: 0 } as const;
const FEATURES = { input: 3, output: 2, payload: 1 };

const eventOf = (fact: Fact): Event => ({ ...HEAD, ...fact });

test("a run's input, outputs and contexts are found", () => {
  expect(payloadsIn(eventOf({ ...FACTS["run-started"], input: 7 }))).toEqual([7]);
  expect(payloadsIn(eventOf({ ...FACTS["step-completed"], output: 8, contextAfter: 9 }))).toEqual([8, 9]);
});

test("features that are called like a field refer to no value, which would be trimmed though it is another run's", () => {
  const choice = { reason: "", evaluable: true, candidates: [], features: FEATURES };
  expect(payloadsIn(eventOf({ ...FACTS["run-started"], input: 7, choice }))).toEqual([7]);
  const ended = FACTS["run-ended"];
  expect(payloadsIn(eventOf({ ...ended, features: FEATURES }))).toEqual(payloadsIn(eventOf(ended)));
});
