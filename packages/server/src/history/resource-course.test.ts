/** The course of resources, and forecasts from it. */
import type { Event, ResourceSample } from "@reeve/core";
import { expect, test } from "vitest";
import { forecastsOf } from "./forecast.ts";
import { pointsSince, resourceCourse, type ResourceCourse } from "./resource-course.ts";

const START = Date.UTC(2031, 3, 5);
const SAMPLE_MS = 10_000;
const HOUR_MS = 3_600_000;

const CALM: ResourceSample = {
  pid: 7,
  elapsedMs: SAMPLE_MS,
  cpuMs: 1_000,
  residentBytes: 2e8,
  heapBytes: 1e8,
  externalBytes: 1e6,
  gcMs: 50,
  gcMsMax: 20,
  loopDelayMsP50: 1,
  loopDelayMsP99: 5,
  loopDelayMsMax: 9,
  loopUtilization: 0.25,
  handles: 12,
  fileBytes: 1e6,
  commits: 10,
  committedEvents: 30,
  commitMsMean: 2,
  commitMsMax: 8,
};

function follow(count: number, sampleAt: (index: number) => Partial<ResourceSample>): ResourceCourse {
  let state = resourceCourse.initial();
  for (let index = 0; index < count; index++) {
    const event: Event = {
      version: 1,
      kind: "resources-sampled",
      run: "reeve:resources:2031-04-05",
      seq: index + 1,
      position: index + 1,
      at: START + index * SAMPLE_MS,
      sample: { ...CALM, ...sampleAt(index) },
    };
    state = resourceCourse.apply(state, event);
  }
  return state;
}

const since = (state: ResourceCourse, samples: number, backMs: number): ReturnType<typeof pointsSince> => {
  const now = START + samples * SAMPLE_MS;
  return pointsSince(state, { from: now - backMs, now });
};

test("a minute tells shares of its time, means, and the worst of what is a worst", () => {
  const state = follow(360, (index) => ({
    cpuMs: index % 6 === 0 ? 7_000 : 1_000,
    loopDelayMsMax: index % 6 === 0 ? 90 : 9,
    commits: index % 6 === 0 ? 50 : 0,
    commitMsMean: index % 6 === 0 ? 4 : 0,
  }));
  const { widthMs, points } = since(state, 360, HOUR_MS);
  expect(widthMs).toBe(60_000);
  expect(points).toHaveLength(60);
  expect(points[1]).toMatchObject({
    at: START + 60_000,
    cpu: 0.2,
    gc: 0.005,
    loopMsMax: 90,
    loopUtilization: 0.25,
    commitMsMean: 4,
    machineCpu: null,
  });
  expect(points[1]?.commitsPerSecond).toBeCloseTo(50 / 60);
});

test("the latest half hour is told by ten seconds, a week by ten minutes, and what is kept is bounded", () => {
  const state = follow(9_000, () => ({}));
  expect(since(state, 9_000, 900_000)).toMatchObject({ widthMs: 10_000 });
  expect(since(state, 9_000, 7 * 24 * HOUR_MS)).toMatchObject({ widthMs: 600_000 });
  expect(state.map((buckets) => buckets.length)).toEqual([180, 360, 150]);
  const again = resourceCourse.revive?.(JSON.parse(JSON.stringify(state)));
  expect(again).toEqual(state);
});

test("a disk that fills steadily is foretold to be full, within bounds", () => {
  const state = follow(360, (index) => ({ diskFreeBytes: 1e9 - index * 1e6 + (index % 3) * 2e5 }));
  const [disk] = forecastsOf(since(state, 360, HOUR_MS));
  expect(disk).toMatchObject({ of: "disk", trend: "towards" });
  const full = START + 1_000 * SAMPLE_MS;
  const { at = 0, earliest = 0, latest = 0 } = disk?.exhaustedAt ?? {};
  expect(Math.abs(at - full)).toBeLessThan(200_000);
  expect(earliest).toBeLessThanOrEqual(at);
  expect(latest).toBeGreaterThanOrEqual(at);
});

test("a heap that goes up and down around the same size has no trend, and one just begun is not known yet", () => {
  const heap = { heapLimitBytes: 4e9 };
  const saw = follow(360, (index) => ({ ...heap, heapBytes: 1e8 + ((index * 37) % 100) * 1e6 }));
  expect(forecastsOf(since(saw, 360, HOUR_MS))).toMatchObject([
    { of: "heap", trend: "none", exhaustedAt: null, limit: 4e9 },
  ]);
  const restarted = follow(360, (index) => ({
    ...heap,
    pid: index < 350 ? 7 : 8,
    heapBytes: 1e8 + index * 1e6,
  }));
  expect(forecastsOf(since(restarted, 360, HOUR_MS))).toMatchObject([{ of: "heap", trend: "unknown" }]);
});

test("growth that would take far longer than was measured is told without a time", () => {
  const state = follow(360, (index) => ({ heapLimitBytes: 4e9, heapBytes: 1e8 + index * 1_000 }));
  expect(forecastsOf(since(state, 360, HOUR_MS))).toMatchObject([
    { of: "heap", trend: "towards", exhaustedAt: null },
  ]);
});
