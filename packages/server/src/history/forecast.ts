/** When what is used up would be exhausted, as far as what was measured tells. Pure. */
import type { ForecastView, ResourcePoint } from "../contract/resources.ts";
import { fitLine, type Measured } from "./fit-line.ts";
import type { Course } from "./resource-course.ts";

const HOUR_MS = 3_600_000;
/** A line says nothing of a time further off than this many times the stretch it was fitted to. */
const HORIZON = 10;

interface Subject {
  readonly of: ForecastView["of"];
  readonly points: readonly Measured[];
  readonly limit: number;
}

/** Of all that was measured; what nothing is known of is left out. */
export function forecastsOf({ points, latest }: Course): readonly ForecastView[] {
  const last = points.at(-1);
  if (last === undefined) return [];
  const { heapLimitBytes, diskFreeBytes, machineMemory } = last;
  const subjects: Subject[] = [];
  // The heap of another process says nothing of this one's.
  if (heapLimitBytes !== null)
    subjects.push({
      of: "heap",
      points: valuesOf(latest, ({ heapBytes }) => heapBytes),
      limit: heapLimitBytes,
    });
  if (machineMemory !== null)
    subjects.push({ of: "memory", points: valuesOf(points, (point) => point.machineMemory), limit: 1 });
  if (diskFreeBytes !== null) subjects.push(diskOf(points, diskFreeBytes));
  return subjects.map(forecast);
}

/** What is used of the disk is not measured, but what is free: its growth is counted from what was there first. */
function diskOf(points: readonly ResourcePoint[], freeBytes: number): Subject {
  const mostFree = points.reduce((most, { diskFreeBytes }) => Math.max(most, diskFreeBytes ?? 0), freeBytes);
  const used = valuesOf(points, ({ diskFreeBytes }) =>
    diskFreeBytes === null ? null : mostFree - diskFreeBytes,
  );
  return { of: "disk", points: used, limit: mostFree };
}

function valuesOf(
  points: readonly ResourcePoint[],
  read: (point: ResourcePoint) => number | null,
): readonly Measured[] {
  return points.flatMap((point) => {
    const value = read(point);
    return value === null ? [] : [{ at: point.at, value }];
  });
}

function forecast({ of, points, limit }: Subject): ForecastView {
  const [first, last] = [points[0], points.at(-1)];
  const overMs = first && last ? last.at - first.at : 0;
  const used = last?.value ?? 0;
  const line = fitLine(points);
  if (line === undefined || last === undefined)
    return { of, trend: "unknown", used, limit, perHour: null, exhaustedAt: null, overMs };
  const { slope, low, high, end } = line;
  const perHour = { mean: slope * HOUR_MS, low: low * HOUR_MS, high: high * HOUR_MS };
  const trend = low > 0 ? "towards" : high < 0 ? "away" : "none";
  const left = Math.max(0, limit - end);
  const isFar = left / slope > overMs * HORIZON;
  if (trend !== "towards" || isFar) return { of, trend, used, limit, perHour, exhaustedAt: null, overMs };
  const after = (rate: number): number => Math.round(last.at + left / rate);
  const exhaustedAt = { at: after(slope), earliest: after(high), latest: after(low) };
  return { of, trend, used, limit, perHour, exhaustedAt, overMs };
}
