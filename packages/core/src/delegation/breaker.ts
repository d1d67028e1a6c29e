/** The vocabulary of breakers: what one can be told, the states it has, and the event that says it has another. */
import { closestName } from "./closest-name.ts";

/** When attempts of an agent are held back because it fails. */
export interface BreakerOptions {
  /** It opens when at least this share of the attempts that count has failed, above 0 to 1. @default 0.5 */
  readonly failureRate?: number;
  /** It never opens on fewer attempts, 1 to 100. @default 10 */
  readonly attemptsMin?: number;
  /** How long an attempt counts, in milliseconds, 1 to 3_600_000; the last 100 do at most. @default 60_000 */
  readonly windowMs?: number;
  /** How long it stays open before it is probed, in milliseconds, 1 to a year; doubled each time that fails. @default 30_000 */
  readonly openMs?: number;
  /** The longest it stays open, in milliseconds, 1 to a year; never shorter than `openMs`. @default 600_000 */
  readonly openMsMax?: number;
  /** How many attempts probe the agent while it is half-open, and run at once at most, 1 to 100. @default 3 */
  readonly probes?: number;
}

/** The options with every default resolved. */
export type BreakerPolicy = Required<BreakerOptions>;

/** How many ended attempts of an agent are remembered. */
export const ATTEMPTS_KEPT = 100;
const WINDOW_MS_MAX = 3_600_000;
/** A year: when it is probed has to be a time that can be told. */
const OPEN_MS_MAX = 31_536_000_000;

const DEFAULTS: BreakerPolicy = {
  failureRate: 0.5,
  attemptsMin: 10,
  windowMs: 60_000,
  openMs: 30_000,
  openMsMax: 600_000,
  probes: 3,
};

/** Open: no attempt begins. Half-open: a few do, to find out. What is not listed is closed: nothing is held back. */
export interface OpenBreaker {
  readonly state: "open" | "half-open";
  /** When it opened; one that was probed in vain has not been closed since. Epoch milliseconds. */
  readonly since: number;
  /** When it got this state, in epoch milliseconds. */
  readonly at: number;
  /** Of one that is open: when it is probed, in epoch milliseconds. */
  readonly until: number | undefined;
  /** How often in a row it has opened. */
  readonly openings: number;
  /** One sentence for a person. */
  readonly reason: string;
  /** The code of the error that its agent failed with last. */
  readonly code: string | undefined;
  /** A run that it failed in. */
  readonly example: string | undefined;
}

/** What a breaker's event says beside its kind. */
export interface BreakerChange {
  readonly agent: string;
  readonly state: "open" | "half-open" | "closed";
  /** One sentence for a person. */
  readonly reason: string;
  /** Of one that opens: epoch milliseconds before which no attempt begins. */
  readonly until?: number;
  /** Of one that opens: how often in a row it did. */
  readonly openings?: number;
  /** Of one that opens: the code of the last error, and a run that it came from. */
  readonly code?: string;
  readonly example?: string;
}

/** The state after a change; undefined: closed. */
export function afterChange(
  before: OpenBreaker | undefined,
  { state, reason, until, openings, code, example }: BreakerChange,
  at: number,
): OpenBreaker | undefined {
  if (state === "closed") return undefined;
  const since = before?.since ?? at;
  if (state === "half-open") {
    const known = { openings: 1, code: undefined, example: undefined, ...before };
    return { ...known, state, since, at, reason, until: undefined };
  }
  return { state, since, at, until, openings: openings ?? 1, reason, code, example };
}

/** One clause for a person. */
export function breakerText(agent: string, { state, since, reason }: OpenBreaker): string {
  return `the breaker of agent '${agent}' is ${state} since ${new Date(since).toISOString()}: ${reason}`;
}

/** The policy that follows from what an agent was told; what it leaves out is as the runtime says. */
export function breakerPolicy(own: BreakerOptions, ofRuntime: BreakerOptions = {}): BreakerPolicy {
  const given = { ...withoutGaps(ofRuntime), ...withoutGaps(own) };
  const policy = { ...DEFAULTS, ...given };
  return { ...policy, openMsMax: Math.max(policy.openMs, policy.openMsMax) };
}

/** What is wrong with options that somebody gave; undefined where nothing is. */
export function breakerProblem(
  given: unknown,
): { readonly option: string; readonly received: unknown; readonly wanted: string } | undefined {
  if (given === undefined || typeof given === "boolean") return undefined;
  if (typeof given !== "object" || given === null)
    return {
      option: "breaker",
      received: given,
      wanted: "true, false, or an object such as { openMs: 30_000 }",
    };
  for (const [name, received] of Object.entries(given)) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (!check) {
      const close = closestName(name, Object.keys(checks));
      const wanted = close === undefined ? `one of ${Object.keys(checks).join(", ")}` : `'${close}'`;
      return { option: `breaker.${name}`, received, wanted };
    }
    const holds = typeof received === "number" && Number.isFinite(received) && check.holds(received);
    if (received !== undefined && !holds)
      return { option: `breaker.${name}`, received, wanted: check.wanted };
  }
  return undefined;
}

interface Check {
  holds(value: number): boolean;
  readonly wanted: string;
}

const few: Check = {
  holds: (value) => Number.isInteger(value) && value >= 1 && value <= ATTEMPTS_KEPT,
  wanted: `a whole number from 1 to ${ATTEMPTS_KEPT}`,
};
const milliseconds: Check = {
  holds: (value) => value >= 1 && value <= OPEN_MS_MAX,
  wanted: `milliseconds from 1 to ${OPEN_MS_MAX}, a year`,
};
const checks: { readonly [name: string]: Check } = {
  failureRate: { holds: (value) => value > 0 && value <= 1, wanted: "a number above 0, at most 1" },
  attemptsMin: few,
  windowMs: {
    holds: (value) => value >= 1 && value <= WINDOW_MS_MAX,
    wanted: `milliseconds from 1 to ${WINDOW_MS_MAX}`,
  },
  openMs: milliseconds,
  openMsMax: milliseconds,
  probes: few,
};

/** An option that is given as undefined is left out. */
function withoutGaps(options: BreakerOptions): BreakerOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
