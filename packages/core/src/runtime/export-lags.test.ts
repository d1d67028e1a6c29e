import { expect, test } from "vitest";
import { ExportLags } from "./export-lags.ts";

test("an export lags from when the log was first seen past it until it has that", () => {
  const lags = new ExportLags();
  let position = 10;
  lags.add("traces", () => position);
  const lag = (now: number, log: number): number | undefined => lags.at(now, log).get("traces");
  expect(lag(0, 10)).toBe(0);
  expect(lag(30, 20)).toBe(0);
  expect(lag(60, 20)).toBe(30);
  expect(lag(90, 30)).toBe(60);
  position = 25;
  expect(lag(120, 40)).toBe(30);
  position = 40;
  expect(lag(150, 40)).toBe(0);
});

test("each export has its lag, and one that has ended has none", () => {
  const lags = new ExportLags();
  const stop = lags.add("slow", () => 0);
  lags.add("quick", () => 100);
  lags.at(0, 100);
  expect(lags.at(50, 100)).toEqual(
    new Map([
      ["slow", 50],
      ["quick", 0],
    ]),
  );
  stop();
  expect(lags.at(60, 100)).toEqual(new Map([["quick", 0]]));
});

test("what is remembered is bounded, and the age of the oldest lag is kept", () => {
  const lags = new ExportLags();
  lags.add("traces", () => 0);
  for (let now = 0; now < 3_000; now++) lags.at(now, now + 1);
  expect(lags.at(3_000, 3_001).get("traces")).toBe(3_000);
});
