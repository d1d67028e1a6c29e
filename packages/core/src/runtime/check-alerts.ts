/** Holds the option `alerts` of a runtime against its bounds. */
import { closestName } from "../delegation/closest-name.ts";
import { showValue } from "../delegation/show-value.ts";
import { ReeveError } from "../errors.ts";
import { alertLimits, type AlertLimits } from "../telemetry/alert-limits.ts";
import type { Threshold } from "../telemetry/threshold.ts";

/** What alerts fire at beside objectives. */
export interface AlertOptions extends Partial<AlertLimits> {
  /** Figures that patterns, or the process, are held to; at most 50. @default none */
  readonly thresholds?: readonly Threshold[];
}

export interface AlertSettings {
  readonly thresholds: readonly Threshold[];
  readonly limits: AlertLimits;
  /** The option was given. */
  readonly isAsked: boolean;
}

type Fields = { readonly [key: string]: unknown };

const THRESHOLDS_MAX = 50;
const NAME = /^[\w.-]{1,64}$/;
const EXAMPLE = '{ name: "orders-answer", pattern: "orders", responseTime: { p: 0.95, ms: 800 } }';
const FIGURES: readonly string[] = ["responseTime", "successRate", "confidence", "residentBytes"];
const WINDOW_MS_MIN = 60_000;
const WINDOW_MS_MAX = 86_400_000;
/** The least that each limit may be. */
const LEAST: AlertLimits = {
  stuckFactor: 1,
  stuckMsMin: 1_000,
  queuedMs: 1_000,
  diskFreeBytes: 0,
  loopBlockedMs: 1,
  exportLagMs: 1_000,
};

/** @throws ReeveError `option-invalid` */
export function checkAlerts(received: unknown): AlertSettings {
  if (received === undefined) return { thresholds: [], limits: alertLimits, isAsked: false };
  const { thresholds, ...given } = fieldsOf(received, "alerts", "{ queuedMs: 60_000 }");
  return { thresholds: checkThresholds(thresholds), limits: checkLimits(given), isAsked: true };
}

function checkLimits(given: Fields): AlertLimits {
  refuseUnknown(given, "alerts", ["thresholds", ...Object.keys(LEAST)]);
  const checked = (name: keyof AlertLimits): number => {
    const value = given[name] ?? alertLimits[name];
    if (typeof value === "number" && value >= LEAST[name] && value < Infinity) return value;
    throw invalid(`alerts.${name}`, value, `give a number, ${LEAST[name]} or more`);
  };
  return {
    stuckFactor: checked("stuckFactor"),
    stuckMsMin: checked("stuckMsMin"),
    queuedMs: checked("queuedMs"),
    diskFreeBytes: checked("diskFreeBytes"),
    loopBlockedMs: checked("loopBlockedMs"),
    exportLagMs: checked("exportLagMs"),
  };
}

function checkThresholds(received: unknown): readonly Threshold[] {
  if (received === undefined) return [];
  if (!Array.isArray(received))
    throw invalid("alerts.thresholds", received, `give a list such as [${EXAMPLE}]`);
  if (received.length > THRESHOLDS_MAX)
    throw invalid("alerts.thresholds.length", received.length, `give at most ${THRESHOLDS_MAX}`);
  const list: readonly unknown[] = received;
  const names = new Set<string>();
  return list.map((one, index) => {
    const at = `alerts.thresholds[${index}]`;
    const threshold = checkThreshold(fieldsOf(one, at, EXAMPLE), at);
    if (names.has(threshold.name))
      throw invalid(`${at}.name`, threshold.name, "give each threshold a name of its own");
    names.add(threshold.name);
    return threshold;
  });
}

function checkThreshold(fields: Fields, at: string): Threshold {
  const head = headOf(fields, at);
  const [figure, ...more] = FIGURES.filter((one) => fields[one] !== undefined);
  if (figure === undefined || more.length > 0)
    throw invalid(at, fields, `give one of ${FIGURES.join(", ")}, such as ${EXAMPLE}`);
  const allow = (...names: readonly string[]): void =>
    refuseUnknown(fields, at, ["name", "severity", figure, ...names]);
  if (figure === "residentBytes") {
    allow();
    return { ...head, residentBytes: above0(`${at}.residentBytes`, fields["residentBytes"], "bytes") };
  }
  const { pattern } = fields;
  if (typeof pattern !== "string" || pattern === "")
    throw invalid(`${at}.pattern`, pattern, "give the name of a pattern");
  if (figure === "confidence") {
    allow("pattern", "domain");
    const confidence = shareAt(`${at}.confidence`, fields["confidence"]);
    return { ...head, pattern, confidence, ...domainOf(fields, at) };
  }
  allow("pattern", "windowMs");
  const windowed = { ...head, pattern, ...windowOf(fields, at) };
  if (figure === "successRate")
    return { ...windowed, successRate: shareAt(`${at}.successRate`, fields["successRate"]) };
  const place = `${at}.responseTime`;
  const { p, ms, ...rest } = fieldsOf(fields["responseTime"], place, "{ p: 0.95, ms: 800 }");
  refuseUnknown(rest, place, ["p", "ms"]);
  return {
    ...windowed,
    responseTime: { p: shareAt(`${place}.p`, p), ms: above0(`${place}.ms`, ms, "milliseconds") },
  };
}

function headOf({ name, severity }: Fields, at: string): Pick<Threshold, "name" | "severity"> {
  if (typeof name !== "string" || !NAME.test(name))
    throw invalid(`${at}.name`, name, "give 1 to 64 letters, digits, dots, dashes and underscores");
  if (severity === undefined) return { name };
  if (severity === "page" || severity === "ticket") return { name, severity };
  throw invalid(`${at}.severity`, severity, "give page or ticket");
}

function domainOf({ domain }: Fields, at: string): { readonly domain?: string } {
  if (domain === undefined) return {};
  if (typeof domain === "string" && domain !== "") return { domain };
  throw invalid(`${at}.domain`, domain, "give the name of a domain");
}

function windowOf({ windowMs }: Fields, at: string): { readonly windowMs?: number } {
  if (windowMs === undefined) return {};
  if (typeof windowMs === "number" && windowMs >= WINDOW_MS_MIN && windowMs <= WINDOW_MS_MAX)
    return { windowMs };
  throw invalid(`${at}.windowMs`, windowMs, `give milliseconds from ${WINDOW_MS_MIN} to ${WINDOW_MS_MAX}`);
}

function fieldsOf(received: unknown, at: string, example: string): Fields {
  const isObject = typeof received === "object" && received !== null && !Array.isArray(received);
  if (!isObject) throw invalid(at, received, `give an object such as ${example}`);
  return { ...received };
}

function refuseUnknown(fields: Fields, at: string, known: readonly string[]): void {
  const unknown = Object.keys(fields).find((name) => fields[name] !== undefined && !known.includes(name));
  if (unknown === undefined) return;
  const close = closestName(unknown, known);
  throw invalid(
    `${at}.${unknown}`,
    fields[unknown],
    close === undefined ? `it has ${known.join(", ")}` : `did you mean '${close}'?`,
  );
}

function shareAt(place: string, received: unknown): number {
  if (typeof received === "number" && received > 0 && received < 1) return received;
  throw invalid(place, received, "give a share above 0 and below 1, such as 0.95");
}

function above0(place: string, received: unknown, unit: string): number {
  if (typeof received === "number" && received > 0 && received < Infinity) return received;
  throw invalid(place, received, `give ${unit} above 0`);
}

function invalid(place: string, received: unknown, hint: string): ReeveError {
  return new ReeveError("option-invalid", `createRuntime: ${place} is ${showValue(received)}`, { hint });
}
