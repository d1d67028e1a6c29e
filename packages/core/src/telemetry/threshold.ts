/** Alerts that people set: a figure that a pattern, or the process, should stay below or above. Pure. */
import type { ActiveAlert, AlertChange, AlertSeverity } from "../delegation/alert.ts";
import { durationWithin, statisticsOf, type Activity } from "./activity.ts";
import { sizeText, spanText } from "./amount-text.ts";
import { changesFrom, type Verdict } from "./verdicts.ts";
import { signsWithin, type VitalSigns } from "./vital-signs.ts";

interface ThresholdHead {
  /** 1 to 64 letters, digits, dots, dashes and underscores; of no other threshold. Its alert is `threshold/NAME`. */
  readonly name: string;
  /** How soon a person should look. @default "ticket" */
  readonly severity?: AlertSeverity;
}

/** Fires while runs of the last `windowMs` took longer: the share `p` of them is to stay within `ms`. */
export interface ResponseTimeThreshold extends ThresholdHead {
  readonly pattern: string;
  readonly responseTime: { readonly p: number; readonly ms: number };
  /** 60_000 to 86_400_000. @default 600_000 */
  readonly windowMs?: number;
}

/** Fires while a smaller share of the runs of the last `windowMs` ended well. */
export interface SuccessRateThreshold extends ThresholdHead {
  readonly pattern: string;
  readonly successRate: number;
  /** 60_000 to 86_400_000. @default 600_000 */
  readonly windowMs?: number;
}

/** Fires while the pattern is known to be poorer: the upper 95 % bound of its confidence is below. */
export interface ConfidenceThreshold extends ThresholdHead {
  readonly pattern: string;
  readonly confidence: number;
  /** @default every domain that is known */
  readonly domain?: string;
}

/** Fires while the process takes up more memory. */
export interface MemoryThreshold extends ThresholdHead {
  readonly residentBytes: number;
}

export type Threshold = ResponseTimeThreshold | SuccessRateThreshold | ConfidenceThreshold | MemoryThreshold;

export const THRESHOLD_WINDOW_MS = 600_000;
/** In fewer runs than these nothing is judged. */
export const THRESHOLD_RUNS_MIN = 10;
const PREFIX = "threshold/";
/** Older samples say nothing of now. */
const SIGNS_MS = 60_000;

/** What is believed of a pattern in a domain. */
export interface Believed {
  readonly high: number;
  readonly evidence: number;
}

/** What thresholds are held against. */
export interface ThresholdSources {
  readonly activity: Activity;
  readonly signs: VitalSigns;
  /** By domain; undefined where nothing is learned of any pattern here. */
  readonly believed?: (pattern: string) => ReadonlyMap<string, Believed>;
}

/** The alert of a threshold. */
export function thresholdAlertName({ name }: Threshold): string {
  return PREFIX + name;
}

/** What it holds, as a person would say it: "p95 of 'orders' within 800 ms over 10 min". */
export function thresholdText(threshold: Threshold): string {
  if ("responseTime" in threshold) {
    const { p, ms } = threshold.responseTime;
    return `${percent(p)} of '${threshold.pattern}' within ${spanText(ms)} over ${windowText(threshold)}`;
  }
  if ("successRate" in threshold)
    return `${percent(threshold.successRate)} of '${threshold.pattern}' succeed over ${windowText(threshold)}`;
  if ("confidence" in threshold) {
    const where = threshold.domain === undefined ? "" : ` in '${threshold.domain}'`;
    return `confidence in '${threshold.pattern}'${where} at least ${threshold.confidence}`;
  }
  return `memory at most ${sizeText(threshold.residentBytes)}`;
}

/**
 * What has changed.
 * @param active the alerts that fire; those of thresholds that are no more are resolved
 * @param now epoch milliseconds
 */
export function thresholdChanges(
  list: readonly Threshold[],
  sources: ThresholdSources,
  active: ReadonlyMap<string, ActiveAlert>,
  now: number,
): readonly AlertChange[] {
  const verdicts = list.map((threshold): Verdict => {
    const { verdict, summary } = verdictOn(threshold, sources, now);
    const about = "pattern" in threshold ? { pattern: threshold.pattern } : {};
    const { severity = "ticket" } = threshold;
    return { alert: thresholdAlertName(threshold), verdict, severity, summary, ...about };
  });
  return changesFrom(PREFIX, verdicts, active, "there is no such threshold any more");
}

type Said = Pick<Verdict, "verdict" | "summary">;
const HELD: Said = { verdict: "held", summary: "" };

function verdictOn(threshold: Threshold, sources: ThresholdSources, now: number): Said {
  if ("responseTime" in threshold) return onResponseTime(threshold, sources, now);
  if ("successRate" in threshold) return onSuccessRate(threshold, sources, now);
  if ("confidence" in threshold) return onConfidence(threshold, sources);
  const resident = signsWithin(sources.signs, SIGNS_MS, now).at(-1)?.residentBytes;
  if (resident === undefined) return HELD;
  const limit = sizeText(threshold.residentBytes);
  return said(
    resident > threshold.residentBytes,
    `the process takes up ${sizeText(resident)} of memory; ${limit} are allowed`,
  );
}

function onResponseTime(threshold: ResponseTimeThreshold, { activity }: ThresholdSources, now: number): Said {
  const { pattern, responseTime, windowMs = THRESHOLD_WINDOW_MS } = threshold;
  const range = { from: now - windowMs, now };
  const { good, bad } = statisticsOf(activity, { pattern }, range);
  const took = durationWithin(activity, { pattern }, range, responseTime.p);
  if (took === undefined || good + bad < THRESHOLD_RUNS_MIN) return HELD;
  return said(
    took > responseTime.ms,
    `${percent(responseTime.p)} of ${good + bad} runs of '${pattern}' took up to ${spanText(took)} in the last ${windowText(threshold)}; ${spanText(responseTime.ms)} are allowed`,
  );
}

function onSuccessRate(threshold: SuccessRateThreshold, { activity }: ThresholdSources, now: number): Said {
  const { pattern, successRate, windowMs = THRESHOLD_WINDOW_MS } = threshold;
  const { good, bad, success } = statisticsOf(activity, { pattern }, { from: now - windowMs, now });
  if (success === undefined || good + bad < THRESHOLD_RUNS_MIN) return HELD;
  return said(
    success < successRate,
    `${good} of ${good + bad} runs of '${pattern}' succeeded in the last ${windowText(threshold)}; ${percent(successRate)} are wanted`,
  );
}

function onConfidence(
  { pattern, domain, confidence }: ConfidenceThreshold,
  { believed }: ThresholdSources,
): Said {
  const known = [...(believed?.(pattern) ?? [])].filter(
    ([name, { evidence }]) => evidence > 0 && (domain === undefined || name === domain),
  );
  const [worst] = known.toSorted(([, left], [, right]) => left.high - right.high);
  if (!worst) return HELD;
  const [where, { high }] = worst;
  return said(
    high < confidence,
    `'${pattern}' succeeds in '${where}' with a probability of ${high.toFixed(2)} at most; ${confidence} is wanted`,
  );
}

function said(isFiring: boolean, summary: string): Said {
  return { verdict: isFiring ? "firing" : "resolved", summary };
}

function windowText({ windowMs = THRESHOLD_WINDOW_MS }: { readonly windowMs?: number }): string {
  return spanText(windowMs);
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
