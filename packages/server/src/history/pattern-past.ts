/**
 * A fold: how all runs of each pattern ended, how long they took, the versions they ran by; and the changes that may
 * explain what charts show.
 *
 * Invariant: bounded: `PATTERNS_MAX` patterns, of each `VERSIONS_MAX` versions and a count for each status and doubling
 * of the duration; `MARKS_MAX` marks. The oldest are forgotten.
 */
import { isOfLog, type Event, type Fold, type OutcomeStatus } from "@reeve/core";
import { z } from "zod";
import type { MarkView, VersionView } from "../contract/history.ts";
import { outcomeStatusSchema } from "../contract/run.ts";
import { MARKING, markOf } from "./mark-of.ts";

const PATTERNS_MAX = 200;
const VERSIONS_MAX = 20;
const MARKS_MAX = 500;
/** The last one begins at 2^30 ms, some twelve days. */
export const DURATION_BINS = 32;

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

export interface Past {
  /** By version, the latest first run last. */
  readonly versions: Map<string, Writable<VersionView>>;
  /** By status: how many runs took less than 1 ms, 2 ms, 4 ms and so on. */
  readonly endings: Map<OutcomeStatus, number[]>;
}

export interface PatternPasts {
  readonly patterns: Map<string, Past>;
  readonly marks: MarkView[];
  /** Of the last sample: another one is another process. */
  pid: number;
  /** The digest of its settings; empty before any is known. */
  settings: string;
}

const markSchema = z.object({
  at: z.number(),
  kind: z.enum(["process", "version", "profile", "configuration"]),
  text: z.string(),
  pattern: z.string().nullable(),
});
const versionSchema = z.object({
  version: z.string(),
  firstAt: z.number(),
  lastAt: z.number(),
  runs: z.number(),
});
const savedSchema = z.object({
  patterns: z.array(
    z.tuple([
      z.string(),
      z.object({
        versions: z.array(versionSchema),
        endings: z.array(z.tuple([outcomeStatusSchema, z.array(z.number())])),
      }),
    ]),
  ),
  marks: z.array(markSchema),
  pid: z.number(),
  // Missing in what earlier versions saved.
  settings: z.string().default(""),
});

export const patternPasts: Fold<PatternPasts> = {
  name: "server-pattern-pasts",
  version: 1,
  kinds: [...MARKING, "run-started", "run-ended", "resources-sampled"],
  lazy: true,
  initial: () => ({ patterns: new Map(), marks: [], pid: 0, settings: "" }),
  apply: take,
  save: ({ patterns, marks, pid, settings }) => ({
    patterns: Array.from(patterns, ([name, { versions, endings }]) => [
      name,
      { versions: [...versions.values()], endings: [...endings] },
    ]),
    marks,
    pid,
    settings,
  }),
  revive: (saved) => {
    const { patterns, ...rest } = savedSchema.parse(saved);
    return { patterns: new Map(patterns.map(([name, past]) => [name, revivedPast(past)])), ...rest };
  },
};

type SavedPast = z.infer<typeof savedSchema>["patterns"][number][1];

function revivedPast({ versions, endings }: SavedPast): Past {
  return { versions: new Map(versions.map((one) => [one.version, one])), endings: new Map(endings) };
}

function take(state: PatternPasts, event: Event): PatternPasts {
  if (event.kind === "run-started" && !isOfLog(event.run)) noteStart(state, event);
  else if (event.kind === "run-ended" && !isOfLog(event.run)) noteEnd(state, event);
  else if (event.kind === "resources-sampled") {
    const { pid, elapsedMs, settings = state.settings } = event.sample;
    const at = event.at - elapsedMs;
    if (pid !== state.pid)
      mark(state, { at, kind: "process", text: `Process ${pid} started`, pattern: null });
    if (state.settings !== "" && settings !== state.settings)
      mark(state, { at, kind: "configuration", text: "Other settings hold", pattern: null });
    state.pid = pid;
    state.settings = settings;
  } else {
    const made = markOf(event);
    if (made) mark(state, made);
  }
  return state;
}

type Of<Kind extends Event["kind"]> = Extract<Event, { readonly kind: Kind }>;

function noteStart(state: PatternPasts, { pattern, patternVersion, at }: Of<"run-started">): void {
  const { versions } = pastOf(state, pattern);
  const known = versions.get(patternVersion);
  if (known) {
    known.lastAt = Math.max(known.lastAt, at);
    known.runs++;
    return;
  }
  if (versions.size > 0)
    mark(state, { at, kind: "version", text: `${pattern} runs by version ${patternVersion}`, pattern });
  versions.set(patternVersion, { version: patternVersion, firstAt: at, lastAt: at, runs: 1 });
  dropOldest(versions, VERSIONS_MAX);
}

function noteEnd(state: PatternPasts, { pattern, outcome, durationMs }: Of<"run-ended">): void {
  const { endings } = pastOf(state, pattern);
  const bins = endings.get(outcome.status) ?? Array.from({ length: DURATION_BINS }, () => 0);
  endings.set(outcome.status, bins);
  const bin = durationMs < 1 ? 0 : Math.min(DURATION_BINS - 1, Math.floor(Math.log2(durationMs)) + 1);
  bins[bin] = (bins[bin] ?? 0) + 1;
}

function pastOf({ patterns }: PatternPasts, pattern: string): Past {
  const known = patterns.get(pattern);
  if (known) return known;
  const past: Past = { versions: new Map(), endings: new Map() };
  patterns.set(pattern, past);
  dropOldest(patterns, PATTERNS_MAX);
  return past;
}

function mark({ marks }: PatternPasts, made: MarkView): void {
  if (marks.push(made) > MARKS_MAX) marks.shift();
}

function dropOldest(map: Map<string, unknown>, countMax: number): void {
  for (const key of map.keys()) {
    if (map.size <= countMax) return;
    map.delete(key);
  }
}
