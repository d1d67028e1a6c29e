/** What alerts that fire mean for people: with what is known of the cause, and what helps. */
import {
  burnAlertName,
  burnRates,
  silenceOf,
  thresholdAlertName,
  type ActiveAlert,
  type AlertRules,
} from "@reeve/core";
import type { Finding } from "../contract/health.ts";
import { pauseOf } from "../patterns/pause-of.ts";
import { causeOf } from "./failing-patterns.ts";
import type { Known } from "./known.ts";
import { sinceText, spanText } from "./time-text.ts";

interface Meaning {
  readonly kind: Finding["kind"];
  /** What is known of the cause beside the alert's summary. */
  readonly because?: (alert: ActiveAlert, known: Known) => string | undefined;
  readonly repair: (alert: ActiveAlert, known: Known) => string;
}

/** By the beginning of the alert's name. What needs people is found among needs, with more to say. */
const MEANINGS: readonly (readonly [prefix: string, meaning: Meaning])[] = [
  [
    "stuck/",
    {
      kind: "stuck",
      repair: ({ example }) => `look at run ${example ?? ""}, cancel it, and give its agent a timeoutMs`,
    },
  ],
  ["oldest-queued/", { kind: "queue-waits", because: whyQueued, repair: letBegin }],
  [
    "disk-low",
    {
      kind: "disk-low",
      repair: () => "make room on the disk of the log, or have retention remove ended runs",
    },
  ],
  [
    "loop-blocked",
    {
      kind: "loop-blocked",
      repair: () => "move work that takes the processor's time to a workerAgent",
    },
  ],
  [
    "export-lag/",
    {
      kind: "export-behind",
      repair: () => "start its receiver, or correct its address; nothing is lost that the log still has",
    },
  ],
  ["objective/", { kind: "budget-burns", because: whyBurning, repair: lookAtRuns }],
  ["threshold/", { kind: "threshold-passed", because: whyBurning, repair: lookAtRuns }],
];

export function alertFindings(known: Known): readonly Finding[] {
  return known.alerts.flatMap((alert) => {
    const [, meaning] = MEANINGS.find(([prefix]) => alert.alert.startsWith(prefix)) ?? [];
    return meaning ? [findingOf(alert, meaning, known)] : [];
  });
}

function findingOf(alert: ActiveAlert, { kind, because, repair }: Meaning, known: Known): Finding {
  const { summary, severity, pattern = null, example, since } = alert;
  const reason = because?.(alert, known);
  const cause = reason === undefined ? summary : `${summary}: ${reason}`;
  const helps = `${silencedText(alert, known)}${repair(alert, known)}`;
  const subject = pattern === null ? "" : `${pattern}: `;
  return {
    kind,
    level: severity === "page" ? "failing" : "attention",
    sentence: `${subject}${cause}, ${sinceText(since, known.now)}; ${helps}`,
    pattern,
    cause,
    since,
    repair: helps,
    runs: example === undefined ? [] : [example],
  };
}

function silencedText({ alert }: ActiveAlert, { silences, now }: Known): string {
  const silence = silenceOf(alert, silences, now);
  return silence
    ? `silenced by ${silence.by} for ${spanText(silence.until - now)} more: ${silence.reason}; `
    : "";
}

function whyQueued({ pattern = "" }: ActiveAlert, { paused, now }: Known): string | undefined {
  const pause = pauseOf(paused.patterns, pattern);
  return pause && `the pattern is paused by ${pause.by} ${sinceText(pause.at, now)}: ${pause.reason}`;
}

function letBegin({ pattern = "", example }: ActiveAlert, { paused }: Known): string {
  if (pauseOf(paused.patterns, pattern)) return `resume the pattern: reeve resume --pattern ${pattern}`;
  return `raise the pattern's limits, or see what run ${example ?? ""} waits for`;
}

/** What ended badly lately, or what took so long. */
function whyBurning(alert: ActiveAlert, known: Known): string | undefined {
  const { pattern } = alert;
  if (pattern === undefined) return undefined;
  if (isAboutTime(alert, known.rules)) return whySlow(pattern, known);
  const bad = (known.board.endings.get(pattern) ?? []).filter((ending) => ending.bad);
  return bad.length === 0 ? undefined : `mostly ${causeOf(bad)}`;
}

/** Whether it is about how long runs take, not about how they end. */
function isAboutTime({ alert }: ActiveAlert, { objectives, thresholds }: AlertRules): boolean {
  return (
    objectives.some(
      (one) => "latency" in one && burnRates.some((rate) => burnAlertName(one, rate) === alert),
    ) || thresholds.some((one) => "responseTime" in one && thresholdAlertName(one) === alert)
  );
}

function whySlow(pattern: string, { slowestAgent }: Known): string | undefined {
  const slowest = slowestAgent(pattern);
  return slowest && `agent '${slowest.agent}' takes ${spanText(slowest.p95Ms)}`;
}

function lookAtRuns({ pattern }: ActiveAlert): string {
  if (pattern === undefined) return "see what takes it up on the page Resources, or give the process more";
  return `nothing was done about it yet; see its runs: reeve runs --pattern ${pattern}`;
}
