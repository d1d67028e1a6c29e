/** The report of one run: how it went, step by step, and why. */
import type { Outcome, RunHandle, RunRecord } from "@reeve/core";
import type { RuntimeAccess } from "../access/runtime-access.ts";
import { clockText, dateText, durationText } from "../output/duration.ts";
import { countText } from "../output/number-text.ts";
import { originLines } from "../output/origin-text.ts";
import { choicePart } from "./choice-part.ts";
import { html, type Html } from "./html.ts";
import { badge, errorBox, facts, section, table } from "./look.ts";
import type { Page } from "./page.ts";
import { courseOf, type CourseStep, type RunCourse } from "./run-course.ts";
import { waterfall } from "./waterfall.ts";

const STEPS_SHOWN_MAX = 2_000;
/** Each is a question of its own. */
const OUTPUTS_SHOWN_MAX = 100;

/** @throws ReeveError `run-not-found` */
export async function runReport(access: RuntimeAccess, run: RunHandle, now: number): Promise<Page> {
  const record = await run.record();
  const course = await courseOf(run.events({ follow: false }));
  const outcome = record.state === "ended" ? await run.outcome({ redacted: true }) : undefined;
  const choice = await run.choice();
  const all = [...course.steps.values()].filter(({ path }) => !path.includes("!"));
  const shown = all.slice(0, STEPS_SHOWN_MAX);
  const outputs = await outputsOf(access, record, shown);
  const input = await access.valueText(record, "input");
  const output = await access.valueText(record, "output");
  const to = record.endedAt ?? now;
  const body = html`<p class="lead">
      ${badge(record.outcome ?? record.state)} <span class="muted">pattern ${record.pattern}</span>
    </p>
    ${originLines(record).map((line) => html`<p class="muted">${line}</p>`)}
    ${outcome && outcomePart(outcome)} ${factsOf(record, course, now)}
    ${section("Steps", html`${waterfall(shown, { from: record.startedAt, to }, outputs)}${moreText(all.length - shown.length, "steps")}`)}
    ${input === undefined ? undefined : section("Input", html`<pre>${input}</pre>`)}
    ${output === undefined ? undefined : section("Output", html`<pre>${output}</pre>`)}
    ${choice ? section("Why this pattern", choicePart(choice)) : undefined}
    ${course.log.length === 0 ? undefined : section("Log", logPart(course))}
    ${course.said.length === 0 ? undefined : section("Who did what", saidPart(course))}`;
  return { title: record.id, kind: "run", body, at: now };
}

async function outputsOf(
  access: RuntimeAccess,
  record: RunRecord,
  steps: readonly CourseStep[],
): Promise<ReadonlyMap<string, string>> {
  const outputs = new Map<string, string>();
  const having = steps.filter(({ output }) => typeof output === "number").slice(0, OUTPUTS_SHOWN_MAX);
  for (const { path, output } of having) {
    if (typeof output !== "number") continue;
    const text = await access.valueText(record, { path, payload: output });
    if (text !== undefined) outputs.set(path, text);
  }
  return outputs;
}

function outcomePart(outcome: Outcome): Html {
  switch (outcome.status) {
    case "completed":
      return html`${outcome.level === undefined ? undefined : html`<p>by level ${outcome.level}</p>`}`;
    case "cancelled":
      return html`<p class="lead">${outcome.reason}</p>
        ${aftermath(outcome)}`;
    case "timed-out":
      return html`<p class="lead">Its deadline of ${durationText(outcome.afterMs)} passed.</p>
        ${aftermath(outcome)}`;
    default:
      return html`${errorBox(outcome.error)}${aftermath(outcome)}`;
  }
}

function aftermath({ undone, notUndone, unsure, kept }: Exclude<Outcome, { status: "completed" }>): Html {
  const line = (title: string, paths: readonly string[], tone: string): Html | undefined =>
    paths.length === 0
      ? undefined
      : html`<p><b class="${tone}">${title}:</b> ${paths.slice(0, 100).join(", ")}</p>`;
  return html`${line("not undone, a person must look", notUndone, "bad")}${line("unsure, a person must look", unsure, "warn")}${line("undone", undone, "calm")}${line("kept", kept, "calm")}`;
}

function factsOf(
  { startedAt, endedAt, context, patternVersion }: RunRecord,
  course: RunCourse,
  now: number,
): Html {
  const { usage } = course;
  const steps = [...course.steps.values()];
  const retried = steps.reduce((sum, { attempts }) => sum + Math.max(0, attempts.length - 1), 0);
  const attributes =
    Object.keys(context.attributes).length === 0
      ? []
      : [["attributes", JSON.stringify(context.attributes)] as const];
  return facts([
    [endedAt === undefined ? "going on for" : "took", durationText((endedAt ?? now) - startedAt), true],
    ["steps", countText(steps.filter(({ path }) => !path.includes("!")).length), true],
    ["further attempts", countText(retried), true],
    ...(usage
      ? ([
          ["cost", `$ ${usage.costUsd.toFixed(4)}`, true],
          ["tokens", `${countText(usage.inputTokens)} in, ${countText(usage.outputTokens)} out`],
        ] as const)
      : []),
    ["started", dateText(startedAt)],
    ["domain", context.domain],
    ["asked by", context.principal],
    ["priority", String(context.priority)],
    ["version", patternVersion],
    ...attributes,
  ]);
}

function logPart({ log, droppedLines }: RunCourse): Html {
  const rows = log.map(({ at, level, path, message }) => [
    html`<span class="nowrap">${clockText(at)}</span>`,
    level,
    path,
    message,
  ]);
  return html`${moreText(droppedLines, "lines before these")}${table(["time", "level", "step", "message"], rows, "log")}`;
}

function saidPart({ said }: RunCourse): Html {
  return table(
    ["time", "what"],
    said.map(({ at, text }) => [html`<span class="nowrap">${dateText(at)}</span>`, text]),
  );
}

function moreText(count: number, what: string): Html | undefined {
  return count > 0
    ? html`<p class="empty">${countText(count)} more ${what} are not in this report.</p>`
    : undefined;
}
