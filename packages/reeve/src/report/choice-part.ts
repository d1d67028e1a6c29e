/** Why a pattern was chosen, and what is believed of patterns, as intervals on a common axis. */
import type { ChoiceRecord } from "@reeve/core";
import { percentText, rangeText } from "../output/believed-text.ts";
import { reasonText } from "../output/candidate-lines.ts";
import { countText } from "../output/number-text.ts";
import { html, type Html } from "./html.ts";
import { table } from "./look.ts";

const AXIS = 1_000;

interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export function choicePart({ reason, recovery, candidates, others }: ChoiceRecord): Html {
  const rows = candidates.map((candidate) => [
    candidate.pattern,
    percentText(candidate.mean),
    intervalBar(candidate),
    percentText(candidate.propensity),
    reasonText(candidate.reason),
  ]);
  const more = Object.entries(others?.counts ?? {}).map(
    ([why, count]) => html`<p class="muted">${countText(count)} more: ${reasonText(why)}</p>`,
  );
  const how = recovery === undefined ? undefined : html`<p>Recovery: ${recovery}.</p>`;
  const shown =
    candidates.length === 0 ? undefined : table(["pattern", "#success", "95 %", "#chance", "why"], rows);
  return html`<p class="lead">${reason}</p>
    ${how}${shown}${more}`;
}

/** From 0 to 1, with the mean as a mark. */
export function intervalBar({ mean, low, high }: Interval): Html {
  const place = (share: number): string => (Math.min(1, Math.max(0, share)) * AXIS).toFixed(1);
  const width = (Math.max(0.004, high - low) * AXIS).toFixed(1);
  return html`<svg
      class="bar"
      viewBox="0 0 ${AXIS} 14"
      preserveAspectRatio="none"
      role="img"
      aria-label="${rangeText({ low, high })}"
    >
      <rect class="fill-line" x="0" y="6" width="${AXIS}" height="2"></rect>
      <rect class="fill-accent" x="${place(low)}" y="4" width="${width}" height="6" opacity="0.45"></rect>
      <rect class="fill-accent" x="${place(mean - 0.004)}" y="1" width="8" height="12"></rect></svg
    ><span class="muted">${rangeText({ low, high })}</span>`;
}
