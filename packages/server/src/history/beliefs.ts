/**
 * A fold: what was believed of patterns when they were candidates of a choice, over time, and whether it came true of
 * those that were chosen.
 *
 * Invariant: bounded: at most `SERIES_MAX` series of `POINTS_MAX` points, whose slots widen as a series gets longer;
 * at most `PENDING_MAX` runs that have not ended, the oldest are forgotten; ten bins for each pattern.
 */
import { taughtScore, type Event, type Fold } from "@reeve/core";
import { z } from "zod";
import type { TrendPoint } from "../contract/history.ts";

const SERIES_MAX = 100;
const POINTS_MAX = 128;
const PENDING_MAX = 5_000;
const WIDTH_MS_LEAST = 10_000;
export const BINS = 10;

export interface Series {
  readonly pattern: string;
  readonly domain: string;
  widthMs: number;
  points: TrendPoint[];
}

/** Sums over the choices in a bin. */
export interface BinSums {
  count: number;
  believed: number;
  observed: number;
  squares: number;
}

export interface Beliefs {
  /** By pattern and domain, the latest told of last. */
  readonly series: Map<string, Series>;
  /** What was believed of the pattern of runs that go on. */
  readonly pending: Map<string, number>;
  readonly bins: Map<string, BinSums[]>;
}

const pointSchema = z.object({ at: z.number(), mean: z.number(), low: z.number(), high: z.number() });
const savedSchema = z.object({
  series: z.array(
    z.object({
      pattern: z.string(),
      domain: z.string(),
      widthMs: z.number(),
      points: z.array(pointSchema),
    }),
  ),
  pending: z.array(z.tuple([z.string(), z.number()])),
  bins: z.array(
    z.tuple([
      z.string(),
      z.array(
        z.object({ count: z.number(), believed: z.number(), observed: z.number(), squares: z.number() }),
      ),
    ]),
  ),
});

export const beliefs: Fold<Beliefs> = {
  name: "server-beliefs",
  version: 1,
  kinds: ["run-started", "run-ended"],
  lazy: true,
  initial: () => ({ series: new Map(), pending: new Map(), bins: new Map() }),
  apply: (state, event) => {
    if (event.kind === "run-started") takeStart(state, event);
    else if (event.kind === "run-ended") takeEnd(state, event);
    return state;
  },
  save: ({ series, pending, bins }) => ({
    series: [...series.values()],
    pending: [...pending],
    bins: [...bins],
  }),
  revive: (saved) => {
    const { series, pending, bins } = savedSchema.parse(saved);
    return {
      series: new Map(series.map((one) => [keyOf(one), one])),
      pending: new Map(pending),
      bins: new Map(bins),
    };
  },
};

type Of<Kind extends Event["kind"]> = Extract<Event, { readonly kind: Kind }>;

function takeStart(state: Beliefs, { choice, context, at, run }: Of<"run-started">): void {
  if (!choice) return;
  for (const { pattern, mean, low, high } of choice.candidates) {
    noteBelief(state.series, { pattern, domain: context.domain }, { at, mean, low, high });
    if (pattern === choice.pattern) state.pending.set(run, mean);
  }
  dropOldest(state.pending, PENDING_MAX);
}

function takeEnd(state: Beliefs, event: Of<"run-ended">): void {
  const believed = state.pending.get(event.run);
  if (believed === undefined) return;
  state.pending.delete(event.run);
  const { outcome, score, teaches, pattern } = event;
  const observed = taughtScore({ status: outcome.status, score, isForked: teaches === false });
  if (observed === undefined) return;
  const known = state.bins.get(pattern) ?? Array.from({ length: BINS }, emptyBin);
  state.bins.set(pattern, known);
  const bin = known[Math.min(BINS - 1, Math.floor(believed * BINS))];
  if (!bin) return;
  bin.count++;
  bin.believed += believed;
  bin.observed += observed;
  bin.squares += (believed - observed) ** 2;
  dropOldest(state.bins, SERIES_MAX);
}

/** No choice in it. */
export function emptyBin(): BinSums {
  return { count: 0, believed: 0, observed: 0, squares: 0 };
}

function noteBelief(
  all: Map<string, Series>,
  of: Pick<Series, "pattern" | "domain">,
  point: TrendPoint,
): void {
  const key = keyOf(of);
  const series = all.get(key) ?? { ...of, widthMs: WIDTH_MS_LEAST, points: [] };
  // Told of last, forgotten last.
  all.delete(key);
  all.set(key, series);
  dropOldest(all, SERIES_MAX);
  const { points, widthMs } = series;
  const last = points.at(-1);
  if (last && slotOf(point.at, widthMs) <= slotOf(last.at, widthMs)) points[points.length - 1] = point;
  else points.push(point);
  if (points.length > POINTS_MAX) widen(series);
}

/** The latest point of each slot that is twice as wide. */
function widen(series: Series): void {
  series.widthMs *= 2;
  const { widthMs, points } = series;
  series.points = points.filter(({ at }, index) => {
    const next = points[index + 1];
    return next === undefined || slotOf(next.at, widthMs) !== slotOf(at, widthMs);
  });
}

function slotOf(at: number, widthMs: number): number {
  return Math.floor(at / widthMs);
}

function keyOf({ pattern, domain }: Pick<Series, "pattern" | "domain">): string {
  return JSON.stringify([pattern, domain]);
}

function dropOldest(map: Map<string, unknown>, countMax: number): void {
  for (const key of map.keys()) {
    if (map.size <= countMax) return;
    map.delete(key);
  }
}
