/** Pictures of many runs, drawn by hand: how many ended when, and how. */
import type { RunRecord } from "@reeve/core";
import { dateText } from "../output/duration.ts";
import { countText, plural } from "../output/number-text.ts";
import { countsOf, isBad } from "./gather-runs.ts";
import { html, type Html } from "./html.ts";
import { badge, toneOf } from "./look.ts";
import type { Span } from "./waterfall.ts";

const COLUMNS = 48;
const AXIS = 1_000;
const HEIGHT = 100;

/** Columns over time: good below, bad on top of them. */
export function throughputChart(runs: readonly RunRecord[], { from, to }: Span): Html {
  const widthMs = Math.max(1, (to - from) / COLUMNS);
  const columns = Array.from({ length: COLUMNS }, () => ({ good: 0, bad: 0, other: 0 }));
  for (const run of runs) {
    if (run.endedAt === undefined || run.endedAt < from || run.endedAt > to) continue;
    const column = columns[Math.min(COLUMNS - 1, Math.floor((run.endedAt - from) / widthMs))];
    if (column) column[run.outcome === "completed" ? "good" : isBad(run) ? "bad" : "other"]++;
  }
  const most = Math.max(1, ...columns.map(({ good, bad, other }) => good + bad + other));
  const width = AXIS / COLUMNS;
  const drawn = columns.map(({ good, bad, other }, index) => {
    let top = HEIGHT;
    const piece = (count: number, tone: string): Html | undefined => {
      if (count === 0) return undefined;
      const height = (count / most) * (HEIGHT - 4);
      top -= height;
      return html`<rect
        class="fill-${tone}"
        x="${(index * width + 1.5).toFixed(1)}"
        y="${top.toFixed(1)}"
        width="${(width - 3).toFixed(1)}"
        height="${height.toFixed(1)}"
      ></rect>`;
    };
    return html`${piece(good, "good")}${piece(other, "calm")}${piece(bad, "bad")}`;
  });
  const ended = columns.reduce((sum, { good, bad, other }) => sum + good + bad + other, 0);
  return html`<figure class="panel">
    <p class="legend">
      <span class="good"><b>■ completed</b></span
      ><span class="bad"><b>■ failed</b></span
      ><span class="calm"><b>■ cancelled</b></span
      ><span>at most ${plural(most, "run")} a column</span>
    </p>
    <svg
      class="columns"
      viewBox="0 0 ${AXIS} ${HEIGHT}"
      preserveAspectRatio="none"
      role="img"
      aria-label="${plural(ended, "run")} ended between ${dateText(from)} and ${dateText(to)}"
    >
      <rect class="fill-line" x="0" y="${HEIGHT - 1}" width="${AXIS}" height="1"></rect>
      ${drawn}
    </svg>
    <p class="ends"><span>${dateText(from)}</span><span>${dateText(to)}</span></p>
  </figure>`;
}

/** A bar for each way to end that occurred. */
export function outcomeHistogram(runs: readonly RunRecord[]): Html {
  const counts = [...countsOf(runs)].filter(([, count]) => count > 0);
  const most = Math.max(1, ...counts.map(([, count]) => count));
  const bars = counts.map(([status, count]) => {
    const width = ((count / most) * AXIS).toFixed(1);
    return html`<div>
      ${badge(status)}<svg class="bar" viewBox="0 0 ${AXIS} 14" preserveAspectRatio="none" aria-hidden="true">
        <rect class="fill-${toneOf(status)}" x="0" y="2" width="${width}" height="10"></rect></svg
      ><span class="took">${countText(count)}</span>
    </div>`;
  });
  return counts.length === 0
    ? html`<p class="empty">No run has ended.</p>`
    : html`<div class="panel bars">${bars}</div>`;
}
