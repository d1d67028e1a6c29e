/** The time range of charts and counts: how far back from now, in the address as `range`. */
import { parameter, setParameters } from "./address.ts";

export interface TimeRange {
  readonly name: string;
  readonly label: string;
  readonly ms: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export const RANGES: readonly TimeRange[] = [
  { name: "15m", label: "15 minutes", ms: 15 * MINUTE_MS },
  { name: "1h", label: "1 hour", ms: HOUR_MS },
  { name: "6h", label: "6 hours", ms: 6 * HOUR_MS },
  { name: "24h", label: "24 hours", ms: 24 * HOUR_MS },
  { name: "7d", label: "7 days", ms: 7 * 24 * HOUR_MS },
];

const standard: TimeRange = { name: "1h", label: "1 hour", ms: HOUR_MS };

/** The range in the address; an hour where there is none. */
export function timeRange(): TimeRange {
  return RANGES.find(({ name }) => name === parameter("range")) ?? standard;
}

/** Puts the range into the address. */
export function setTimeRange(name: string): void {
  setParameters({ range: name === standard.name ? "" : name });
}
