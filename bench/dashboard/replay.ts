/**
 * What pages hold after they have been told of 3.6 million events, a thousand for each second of an hour, twenty times
 * faster or more: a runtime whose clock runs ahead makes them, the real server tells of them, a real Chromium listens.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer } from "@reeve/server";
import { atLeast, atMost, all, type Bar } from "../scenarios/bar.ts";
import { count, table } from "../table.ts";
import { openBusyHour, WATCHED_RUN } from "./busy-hour.ts";
import { fastClock } from "./fast-clock.ts";
import { openWatchers, type Held, type Watchers } from "./watchers.ts";

const EVENTS = 3_600_000;
const HOUR_MS = 3_600_000;
const SPEED_MIN = 20;
/** A little more, as the pages are opened and looked into meanwhile. */
const SPEED = 22;
const HEAP_BYTES_MAX = 150e6;
const GROWTH_MAX = 1.5;
const EARLY_SHARE = 0.1;

export interface Replayed {
  readonly text: string;
  readonly bars: readonly Bar[];
}

interface Watched {
  readonly name: string;
  readonly early: Held;
  readonly late: Held;
}

/** @param share of the hour's events that are made @throws Error where no Chromium is */
export async function replay(share: number): Promise<Replayed> {
  const folder = mkdtempSync(join(tmpdir(), "reeve-replay-"));
  const events = EVENTS * share;
  const hourMs = HOUR_MS * share;
  try {
    // The hour ends about now, so that the pages, whose clock is the machine's, show all of it.
    const clock = fastClock(SPEED, Date.now() - hourMs + hourMs / SPEED);
    await using hour = await openBusyHour(join(folder, "log.db"), clock);
    await using server = await startServer(hour.runtime, { port: 0 });
    await using watchers = await openWatchers(server.url, () => server.link(), {
      overview: "/",
      "all runs": "/runs",
      "a run's steps": `/runs/${WATCHED_RUN}`,
      "a run's events": `/runs/${WATCHED_RUN}?tab=events`,
    });
    const begunAt = performance.now();
    hour.begin((EVENTS / HOUR_MS) * 1_000 * SPEED);
    await watchers.walkUntil(hour.reach(events * EARLY_SHARE));
    const early = await holdAll(watchers);
    const reachedAt = hour.reach(events).then(() => performance.now());
    await watchers.walkUntil(reachedAt);
    const seconds = ((await reachedAt) - begunAt) / 1_000;
    const late = await holdAll(watchers);
    const watched = watchers.all.flatMap(({ name }, index) => pairOf(name, early[index], late[index]));
    return reportOf(watched, { events, seconds, speed: hourMs / 1_000 / seconds }, watchers.complaints);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function holdAll({ all: watchers }: Watchers): Promise<readonly Held[]> {
  return Promise.all(watchers.map((watcher) => watcher.hold()));
}

function pairOf(name: string, early: Held | undefined, late: Held | undefined): readonly Watched[] {
  return early && late ? [{ name, early, late }] : [];
}

interface Pace {
  readonly events: number;
  readonly seconds: number;
  readonly speed: number;
}

function reportOf(
  watched: readonly Watched[],
  { events, seconds, speed }: Pace,
  complaints: readonly string[],
): Replayed {
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
  const rows = watched.map(({ name, early, late }) => [
    name,
    megabytes(early.heapBytes),
    megabytes(late.heapBytes),
    (late.heapBytes / early.heapBytes).toFixed(2),
    `${count(early.nodes)} → ${count(late.nodes)}`,
    `${count(early.listeners)} → ${count(late.listeners)}`,
    megabytes(late.receivedBytes),
  ]);
  const largest = (of: (one: Watched) => number): number => Math.max(...watched.map(of));
  const quiet =
    complaints.length === 0 ? "" : `\n\nThe pages complained:\n${complaints.slice(0, 10).join("\n")}`;
  return {
    text:
      [
        `${count(events)} events in ${seconds.toFixed(0)} s; each page's heap after a collection, in MB`,
        "",
        table(["page", "at 10 %", "at the end", "ratio", "nodes", "listeners", "MB told"], rows),
      ].join("\n") + quiet,
    bars: [
      atLeast("events told, faster than they happened", speed, SPEED_MIN, "×", 1),
      atMost(
        "heap at the end, of that at 10 %, largest",
        largest(({ early, late }) => late.heapBytes / early.heapBytes),
        GROWTH_MAX,
        "×",
        2,
      ),
      atMost(
        "heap at the end, largest",
        largest(({ late }) => late.heapBytes) / 1e6,
        HEAP_BYTES_MAX / 1e6,
        "MB",
        1,
      ),
      all("pages without a complaint", complaints.length === 0 ? watched.length : 0, watched.length),
    ],
  };
}
