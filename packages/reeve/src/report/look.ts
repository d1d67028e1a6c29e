/** How ends and states look in a report: a mark, a colour and a word, each of which tells them apart. */
import type { OutcomeStatus, RunState, StepError } from "@reeve/core";
import { durationText } from "../output/duration.ts";
import { html, type Html } from "./html.ts";

export type Tone = "good" | "bad" | "warn" | "calm" | "accent";
export type Status = OutcomeStatus | RunState | "lost" | "retried" | "undone";

const LOOKS: { readonly [status in Status]: readonly [mark: string, tone: Tone] } = {
  completed: ["✓", "good"],
  failed: ["✗", "bad"],
  "rolled-back": ["↺", "bad"],
  "rollback-failed": ["!", "bad"],
  cancelled: ["⊘", "calm"],
  "timed-out": ["◷", "bad"],
  rejected: ["−", "bad"],
  queued: ["·", "calm"],
  running: ["●", "accent"],
  waiting: ["?", "warn"],
  paused: ["‖", "warn"],
  undoing: ["↺", "warn"],
  stranded: ["◇", "bad"],
  ended: ["■", "calm"],
  lost: ["◇", "warn"],
  retried: ["✗", "warn"],
  undone: ["↺", "calm"],
};

export function toneOf(status: Status): Tone {
  return LOOKS[status][1];
}

export function markOf(status: Status): Html {
  const [mark, tone] = LOOKS[status];
  return html`<i class="${tone}" aria-hidden="true">${mark}</i>`;
}

export function badge(status: Status): Html {
  const [mark, tone] = LOOKS[status];
  return html`<span class="badge ${tone}"
    ><i aria-hidden="true">${mark}</i>${status.replace("-", " ")}</span
  >`;
}

/** Facts with their names. */
export function facts(
  entries: readonly (readonly [name: string, value: Html | string, isFigure?: boolean])[],
): Html {
  const shown = entries.map(
    ([name, value, isFigure = false]) =>
      html`<div>
        <dt>${name}</dt>
        <dd class="${isFigure ? "figure" : "fact"}">${value}</dd>
      </div>`,
  );
  return html`<dl class="facts">${shown}</dl>`;
}

export function section(title: string, body: Html): Html {
  return html`<section>
    <h2>${title}</h2>
    ${body}
  </section>`;
}

const CAUSES_MAX = 5;
const STACK_CHARACTERS_MAX = 4_000;

export function errorBox(error: StepError): Html {
  const causes: Html[] = [];
  let { cause } = error;
  for (let depth = 0; cause && depth < CAUSES_MAX; depth++, cause = cause.cause)
    causes.push(html`<p class="because">because ${cause.name}: ${cause.message}</p>`);
  const where = [
    ...(error.path === "" ? [] : [`in ${error.path}`]),
    ...(error.attempt === undefined ? [] : [`attempt ${error.attempt}`]),
    error.code,
  ].join(" · ");
  const hint =
    error.hint === undefined ? undefined : html`<p class="hint"><b>What helps:</b> ${error.hint}</p>`;
  const stack =
    error.stack === undefined
      ? undefined
      : html`<details>
          <summary class="muted">where it came from</summary>
          <pre>${error.stack.slice(0, STACK_CHARACTERS_MAX)}</pre>
        </details>`;
  return html`<div class="error">
    <p><b>${error.name}: ${error.message}</b></p>
    <p class="muted">${where}</p>
    ${causes}${hint}${stack}
  </div>`;
}

export function tookText(from: number, to: number | undefined): string {
  return to === undefined ? "" : durationText(to - from);
}

/** A table; columns whose title begins with "#" hold numbers. */
export function table(
  titles: readonly string[],
  rows: readonly (readonly (Html | string)[])[],
  kind = "",
): Html {
  const isNumber = titles.map((title) => title.startsWith("#"));
  const head = titles.map(
    (title) => html`<th class="${title.startsWith("#") ? "number" : "text"}">${title.replace("#", "")}</th>`,
  );
  const body = rows.map(
    (row) =>
      html`<tr>
        ${row.map((cell, index) => html`<td class="${isNumber[index] ? "number" : "text"}">${cell}</td>`)}
      </tr>`,
  );
  return html`<div class="panel scroll">
    <table class="${kind}">
      <tr>
        ${head}
      </tr>
      ${body}
    </table>
  </div>`;
}
