/** Reports of many runs: of a pattern, and of a range of time. */
import type { RunRecord } from "@reeve/core";
import type { Believed, RuntimeAccess } from "../access/runtime-access.ts";
import { cautionText, percentText } from "../output/believed-text.ts";
import { dateText, durationText } from "../output/duration.ts";
import { countText, plural } from "../output/number-text.ts";
import { outcomeHistogram, throughputChart } from "./charts.ts";
import { intervalBar } from "./choice-part.ts";
import { failureKinds, gatherRuns, isBad, quantileMs, successOf, type Gathered } from "./gather-runs.ts";
import { html, type Html } from "./html.ts";
import { badge, errorBox, facts, section, table } from "./look.ts";
import type { Page } from "./page.ts";
import type { Span } from "./waterfall.ts";

const SLOWEST = 15;
const LATEST = 15;

export interface Range extends Span {
  /** Epoch milliseconds of the report. */
  readonly now: number;
}

/** @param range leaves runs out that were started outside of it */
export async function patternReport(
  access: RuntimeAccess,
  name: string,
  range: Range | undefined,
  now: number,
): Promise<Page> {
  const gathered = await gatherRuns(access, { pattern: name, ...queryOf(range) });
  const { runs } = gathered;
  const believed = (await access.confidence()).filter(({ pattern }) => pattern === name);
  const body = html`${leadOf(gathered, range)} ${figures(runs)}
  ${section("How runs ended", outcomeHistogram(runs))}
  ${section("Over time", throughputChart(runs, range ?? spanOf(runs, now)))}
  ${believed.length === 0 ? undefined : section("Confidence", confidencePart(believed))}
  ${section("Failures", await failurePart(access, runs))} ${section("Slowest", runTable(slowest(runs)))}
  ${section("Latest", runTable(runs.slice(0, LATEST)))}`;
  return { title: name, kind: "pattern", body, at: now };
}

export async function rangeReport(access: RuntimeAccess, range: Range): Promise<Page> {
  const gathered = await gatherRuns(access, queryOf(range));
  const { runs } = gathered;
  const { alerts } = await access.alerts();
  const firing = alerts.map(({ alert, severity, summary, since }) => [
    html`<b class="${severity === "page" ? "bad" : "warn"}">${alert}</b>`,
    summary,
    html`<span class="nowrap">${dateText(since)}</span>`,
  ]);
  const body = html`${leadOf(gathered, range)} ${figures(runs)}
  ${section("Throughput", throughputChart(runs, range))} ${section("Patterns", patternTable(runs))}
  ${section("How runs ended", outcomeHistogram(runs))} ${section("Failures", await failurePart(access, runs))}
  ${section("Slowest", runTable(slowest(runs)))}
  ${section("Alerts that fire now", firing.length === 0 ? html`<p class="empty">None.</p>` : table(["alert", "what is wrong", "since"], firing))}`;
  const title = `${dateText(range.from)} to ${dateText(range.to)}`;
  return { title, kind: "range", body, at: range.now };
}

function queryOf(range: Span | undefined): {
  readonly startedFrom?: number;
  readonly startedBefore?: number;
} {
  return range ? { startedFrom: range.from, startedBefore: range.to } : {};
}

function spanOf(runs: readonly RunRecord[], now: number): Span {
  return { from: runs.at(-1)?.startedAt ?? now - 1, to: now };
}

function leadOf({ runs, isMore }: Gathered, range: Span | undefined): Html {
  const when = range
    ? `that began between ${dateText(range.from)} and ${dateText(range.to)}`
    : "of all that the log has";
  const more = isMore ? " The log has more, older ones, which are not counted." : "";
  return html`<p class="lead">${plural(runs.length, "run")} ${when}.${more}</p>`;
}

function figures(runs: readonly RunRecord[]): Html {
  const success = successOf(runs);
  const time = (share: number): string => {
    const ms = quantileMs(runs, share);
    return ms === undefined ? "–" : durationText(ms);
  };
  return facts([
    ["runs", countText(runs.length), true],
    ["success", success === undefined ? "–" : `${(Math.floor(success * 1_000) / 10).toString()} %`, true],
    [
      "failed",
      html`<span class="${runs.some(isBad) ? "bad" : "fact"}">${countText(runs.filter(isBad).length)}</span>`,
      true,
    ],
    ["not ended", countText(runs.filter(({ state }) => state !== "ended").length), true],
    ["half took at most", time(0.5), true],
    ["95 % took at most", time(0.95), true],
  ]);
}

function confidencePart(believed: readonly Believed[]): Html {
  const rows = believed.map(({ domain, posterior }) => [
    domain,
    percentText(posterior.mean),
    intervalBar(posterior),
    countText(posterior.evidence),
    cautionText(posterior),
  ]);
  return table(["domain", "#success", "95 %", "#outcomes", ""], rows);
}

async function failurePart(access: RuntimeAccess, runs: readonly RunRecord[]): Promise<Html> {
  const { kinds, bad, read } = await failureKinds(access, runs);
  if (kinds.length === 0) return html`<p class="empty">No run failed.</p>`;
  const left =
    bad > read
      ? html`<p class="muted">
          Of ${countText(bad)} that failed, the latest ${countText(read)} are grouped here.
        </p>`
      : undefined;
  const shown = kinds.map(
    ({ pattern, step, error, count, firstAt, lastAt, run }) =>
      html`<details class="step" open>
        <summary>
          <span class="name"
            ><span><b>${pattern}</b>${step === "" ? "" : ` at ${step}`}</span></span
          ><span class="track muted">${dateText(firstAt)}${count === 1 ? "" : ` to ${dateText(lastAt)}`}</span
          ><span class="took bad">${countText(count)} ×</span>
        </summary>
        <div class="inside">
          ${errorBox(error)}
          <p class="muted">latest: reeve show ${run}</p>
        </div>
      </details>`,
  );
  return html`${left}
    <div class="panel">${shown}</div>`;
}

function patternTable(runs: readonly RunRecord[]): Html {
  const names = [...new Set(runs.map(({ pattern }) => pattern))];
  const rows = names
    .map((name) => ({ name, own: runs.filter(({ pattern }) => pattern === name) }))
    .toSorted((left, right) => right.own.length - left.own.length)
    .slice(0, 50)
    .map(({ name, own }) => {
      const success = successOf(own);
      const [p50, p95] = [quantileMs(own, 0.5), quantileMs(own, 0.95)];
      return [
        name,
        countText(own.length),
        success === undefined ? "–" : percentText(success),
        p50 === undefined ? "–" : durationText(p50),
        p95 === undefined ? "–" : durationText(p95),
      ];
    });
  return rows.length === 0
    ? html`<p class="empty">No run began.</p>`
    : table(["pattern", "#runs", "#success", "#median", "#p95"], rows);
}

function slowest(runs: readonly RunRecord[]): readonly RunRecord[] {
  const took = ({ startedAt, endedAt = startedAt }: RunRecord): number => endedAt - startedAt;
  return runs
    .filter(({ endedAt }) => endedAt !== undefined)
    .toSorted((left, right) => took(right) - took(left))
    .slice(0, SLOWEST);
}

function runTable(runs: readonly RunRecord[]): Html {
  if (runs.length === 0) return html`<p class="empty">There are none.</p>`;
  const rows = runs.map(({ id, pattern, state, outcome, startedAt, endedAt }) => [
    id,
    pattern,
    badge(outcome ?? state),
    html`<span class="nowrap">${dateText(startedAt)}</span>`,
    endedAt === undefined ? "" : durationText(endedAt - startedAt),
  ]);
  return table(["run", "pattern", "state", "started", "#took"], rows);
}
