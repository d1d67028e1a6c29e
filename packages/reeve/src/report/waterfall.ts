/** The steps of a run as bars over its time, each of which opens to its attempts, its errors and its output. */
import { durationText, clockText } from "../output/duration.ts";
import type { CourseAttempt, CourseStep } from "./run-course.ts";
import { html, type Html } from "./html.ts";
import { errorBox, markOf, tookText, type Status, type Tone } from "./look.ts";

const TONES: { readonly [result in CourseAttempt["result"]]: Tone } = {
  running: "accent",
  completed: "good",
  retried: "warn",
  failed: "bad",
  lost: "calm",
};
/** Wide enough that a short attempt is seen. */
const WIDTH_LEAST = 4;
const AXIS = 1_000;

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** @param outputs by path, as text */
export function waterfall(
  steps: readonly CourseStep[],
  span: Span,
  outputs: ReadonlyMap<string, string>,
): Html {
  if (steps.length === 0) return html`<p class="empty">No step has begun.</p>`;
  const rows = steps.map((step) => stepRow(step, span, outputs.get(step.path)));
  const axis = html`<div class="axis">
    <span>step</span
    ><span><span>${clockText(span.from)}</span><span>${durationText(span.to - span.from)}</span></span
    ><span></span>
  </div>`;
  return html`<div class="panel">${axis}${rows}</div>`;
}

function stepRow(step: CourseStep, span: Span, output: string | undefined): Html {
  const { path, agent, state, startedAt, endedAt, attempts, child } = step;
  const tries =
    attempts.length > 1 ? html` <span class="muted">${attempts.length} attempts</span>` : undefined;
  const run = child === undefined ? undefined : html` <span class="muted">as run ${child}</span>`;
  const row = html`<span class="name">${markOf(state)}<span>${path}${tries}${run}</span></span
    ><span class="track">${bar(step, span)}</span
    ><span class="took">${tookText(startedAt, endedAt) || state}</span>`;
  const isPlain = output === undefined && attempts.length === 0;
  if (isPlain) return html`<div class="step"><div class="row">${row}</div></div>`;
  const by = agent === undefined ? undefined : html`<p class="muted">agent ${agent}</p>`;
  const shown = output === undefined ? undefined : html`<pre>${output}</pre>`;
  const inside = html`<div class="inside">${by}${attempts.map(attemptLine)}${shown}</div>`;
  // What went wrong is read without opening anything, also on paper.
  return state === "failed"
    ? html`<details class="step" open>
        <summary>${row}</summary>
        ${inside}
      </details>`
    : html`<details class="step">
        <summary>${row}</summary>
        ${inside}
      </details>`;
}

function attemptLine({ attempt, startedAt, endedAt, result, error }: CourseAttempt): Html {
  const status: Status = result;
  const took = endedAt === undefined ? "" : ` after ${durationText(endedAt - startedAt)}`;
  return html`<div>
    <p>${markOf(status)} attempt ${attempt} ${result}${took}, began ${clockText(startedAt)}</p>
    ${error && errorBox(error)}
  </div>`;
}

function bar({ startedAt, endedAt, attempts, path }: CourseStep, { from, to }: Span): Html {
  const length = Math.max(1, to - from);
  const place = (at: number): number => Math.min(1, Math.max(0, (at - from) / length)) * AXIS;
  const rect = (start: number, end: number, tone: Tone | "line", y: number, height: number): Html => {
    const left = Math.min(place(start), AXIS - WIDTH_LEAST);
    const width = Math.max(WIDTH_LEAST, place(end) - left);
    return html`<rect
      class="fill-${tone}"
      x="${left.toFixed(1)}"
      y="${y}"
      width="${width.toFixed(1)}"
      height="${height}"
      rx="1"
    ></rect>`;
  };
  const whole = rect(startedAt, endedAt ?? to, "line", 5, 4);
  const tries = attempts.map(({ startedAt: start, endedAt: end, result }) =>
    rect(start, end ?? to, TONES[result], 2, 10),
  );
  const label = `${path}: began ${durationText(startedAt - from)} after the run, took ${tookText(startedAt, endedAt ?? to)}`;
  return html`<svg
    class="bar"
    viewBox="0 0 ${AXIS} 14"
    preserveAspectRatio="none"
    role="img"
    aria-label="${label}"
  >
    ${whole}${tries}
  </svg>`;
}
