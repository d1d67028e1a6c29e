import { expect, test } from "vitest";
import type { ForecastView } from "../connection/contract.ts";
import { forecastText } from "./forecast-text.ts";

const HOUR_MS = 3_600_000;
const calm: ForecastView = {
  of: "disk",
  trend: "none",
  used: 0,
  limit: 2e9,
  perHour: { mean: 1e6, low: -1e6, high: 3e6 },
  exhaustedAt: null,
  overMs: HOUR_MS,
};

test("where the line may as well be level, no trend is claimed", () => {
  expect(forecastText(calm, 0)).toBe("No trend over the last 1 h.");
  expect(forecastText({ ...calm, trend: "unknown", perHour: null }, 0)).toBe(
    "Measured too briefly to tell a trend.",
  );
});

test("a time of exhaustion is told with its bounds, and only where there is one", () => {
  const growing: ForecastView = { ...calm, trend: "towards", perHour: { mean: 4e8, low: 3e8, high: 5e8 } };
  expect(forecastText(growing, 0)).toBe(
    "Growing by 400 MB an hour over the last 1 h; it lasts longer than can be said from that.",
  );
  const exhaustedAt = { at: 5 * HOUR_MS, earliest: 4 * HOUR_MS, latest: 7 * HOUR_MS };
  expect(forecastText({ ...growing, exhaustedAt }, 0)).toBe(
    "Growing by 400 MB an hour over the last 1 h; used up in 5 h (4 h to 7 h).",
  );
});
