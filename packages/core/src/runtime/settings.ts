/** What `createRuntime` was told: checked, with every default resolved. */
import { resolve } from "node:path";
import type { Pattern } from "../delegation/pattern.ts";
import { breakerProblem, type BreakerOptions } from "../delegation/breaker.ts";
import type { Caller } from "../delegation/make-context.ts";
import { closestName } from "../delegation/closest-name.ts";
import { showValue } from "../delegation/show-value.ts";
import { runArchive } from "../engine/archive/run-archive.ts";
import type { Engine, Retention } from "../engine/engine.ts";
import { ReeveError } from "../errors.ts";
import { parseKeys } from "../secrets/keys.ts";
import { usableGrants } from "../patterns/tree.ts";
import type { Resources } from "../resources/resources.ts";
import { systemResources } from "../resources/system-resources.ts";
import { systemRandom, type Random } from "../random.ts";
import { checkPrincipal } from "./caller-within.ts";
import { checkPattern } from "./check-patterns.ts";
import {
  resolveChoosing,
  resolveProfiles,
  type Choosing,
  type ChoosingOptions,
  type Profile,
} from "./choosing-options.ts";
import { checkAlerts, type AlertOptions, type AlertSettings } from "./check-alerts.ts";
import { checkObjectives } from "./check-objectives.ts";
import { checkTelemetry } from "./check-telemetry.ts";
import { checkTracing } from "./check-tracing.ts";
import type { Tracing, TracingOptions } from "../telemetry/keep-trace.ts";
import type { MetricsOptions } from "../telemetry/metrics.ts";
import type { Objective } from "../telemetry/objective.ts";
import type { StoredPatterns } from "./stored-patterns.ts";

export interface RuntimeOptions extends ChoosingOptions {
  /** What runs can be started with, and resumed. */
  readonly patterns: readonly Pattern[];
  /** More patterns, kept in a file outside of the code. @default none */
  readonly stored?: StoredPatterns;
  /** Where the log is kept: `sqliteEngine(file)` or `memoryEngine()`. */
  readonly engine: Engine;
  /** Who this process acts for; `runtime.as()` acts for others. @default "local" */
  readonly principal?: string;
  /** The ceiling of authority. @default what the registered agents require, those registered later included */
  readonly grants?: readonly string[];
  /** How long closing waits for running attempts, in milliseconds, 0 or more. @default 10_000 */
  readonly drainMs?: number;
  /** How long a function may go on after its signal was aborted, in milliseconds, 0 or more. @default 5_000 */
  readonly graceMs?: number;
  /** How often a step's attempts may be lost to a crash before it fails, 0 or more. @default 5 */
  readonly recoveriesMax?: number;
  /** Which ended runs are removed from the log, and where they are kept then. @default none is removed */
  readonly retention?: RetentionOptions;
  /**
   * What secrets in stored values are sealed with: 32 bytes in base64 or hexadecimal digits, or a passphrase of 16
   * characters or more. Several keys, separated by commas or spaces: the first seals, all open.
   * @default the key in the file `<log>.key`, made with mode 0600 when the first secret is stored; in memory, by chance
   */
  readonly secretKey?: string;
  /**
   * Leaves agents that keep failing alone for a while, then probes them; what it says holds for agents that say nothing
   * of their own, and for what those leave out. See docs/breakers.md. @default false
   */
  readonly breaker?: BreakerOptions | boolean;
  /**
   * How busy the machine is, for `resourceThreshold` and the `resources` of phases.
   * @default measured: the processor time and memory this process may use, also in a container
   */
  readonly resources?: Resources;
  /**
   * Follows the log with the folds of metrics, activity and failures, and samples the process every ten seconds, and has
   * alerts fire for runs that need a person; with
   * `limitsMs`, durations in milliseconds that histograms tell apart exactly. @default false
   */
  readonly telemetry?: boolean | MetricsOptions;
  /** Which runs become traces, where traces are exported. @default what goes wrong, and a tenth of the rest */
  readonly tracing?: TracingOptions;
  /**
   * What patterns are held to, at most 50: alerts fire while their budgets burn too fast; see docs/alerts.md.
   * @default none
   */
  readonly objectives?: readonly Objective[];
  /**
   * Thresholds of response time, success rate, confidence and memory, and from where on the built-in alerts fire; with it
   * the process is sampled; see docs/alerts.md. @default no thresholds
   */
  readonly alerts?: AlertOptions;
  /**
   * Named sets of settings of choosing that `runtime.activate(name)` puts in force while it runs; `memory` stays that of
   * `preset`. @default none
   */
  readonly profiles?: { readonly [name: string]: Profile };
  /** @default the platform's */
  readonly random?: Random;
  /** Told what went wrong beside the runs themselves. @default a process warning */
  readonly report?: (problem: { readonly what: string; readonly error: unknown }) => void;
}

export interface RetentionOptions {
  /** Runs that ended so long ago are removed, in milliseconds, at least 1_000. */
  readonly afterMs: number;
  /**
   * A folder, made where it is missing, for this log alone. Each run becomes a line of JSON in
   * `<archive>/YYYY-MM-DD.jsonl.gz` before it is removed. @default what is removed is gone
   */
  readonly archive?: string;
}

export interface Settings {
  readonly drainMs: number;
  readonly graceMs: number;
  readonly recoveriesMax: number;
  readonly retention: Retention | undefined;
  /** What agents go by that say nothing of their own; undefined: they have no breaker. */
  readonly breaker: BreakerOptions | undefined;
  readonly secretKey: string | undefined;
  readonly telemetry: MetricsOptions | undefined;
  readonly tracing: Tracing;
  readonly objectives: readonly Objective[];
  readonly alerts: AlertSettings;
  readonly random: Random;
  readonly resources: () => Resources;
  readonly choosing: Choosing;
  /** By name. */
  readonly profiles: ReadonlyMap<string, Choosing>;
  readonly caller: Caller;
  /** A pattern was registered whose steps require these; no more than the ceiling that was asked for, if one was. */
  readonly widenGrants: (requires: readonly string[]) => void;
  readonly report: (problem: { readonly what: string; readonly error: unknown }) => void;
}

const DRAIN_MS_DEFAULT = 10_000;
const GRACE_MS_DEFAULT = 5_000;
const RECOVERIES_MAX_DEFAULT = 5;
const RETENTION_MS_MIN = 1_000;

const OPTIONS: { readonly [name in keyof RuntimeOptions]-?: true } = {
  patterns: true,
  stored: true,
  engine: true,
  principal: true,
  grants: true,
  drainMs: true,
  graceMs: true,
  recoveriesMax: true,
  retention: true,
  secretKey: true,
  breaker: true,
  resources: true,
  preset: true,
  domains: true,
  exploreNotFor: true,
  recovery: true,
  profiles: true,
  telemetry: true,
  tracing: true,
  objectives: true,
  alerts: true,
  random: true,
  report: true,
};

/** @throws ReeveError `option-invalid`; `pattern-invalid` for what is no pattern. */
export function resolveSettings(options: RuntimeOptions): Settings {
  const given: unknown = options;
  if (typeof given !== "object" || given === null)
    throw invalid("the argument", given, "give createRuntime({ patterns: [ … ], engine })");
  checkNames(options);
  checkEngine(options.engine);
  checkPatterns(options.patterns);
  checkCallbacks(options);
  return {
    drainMs: atLeast0("drainMs", options.drainMs ?? DRAIN_MS_DEFAULT),
    graceMs: atLeast0("graceMs", options.graceMs ?? GRACE_MS_DEFAULT),
    recoveriesMax: atLeast0("recoveriesMax", options.recoveriesMax ?? RECOVERIES_MAX_DEFAULT),
    retention: retentionOf(options),
    secretKey: secretKeyOf(options),
    breaker: breakerOf(options),
    telemetry: checkTelemetry(options.telemetry),
    tracing: checkTracing(options.tracing),
    objectives: checkObjectives(options.objectives),
    alerts: checkAlerts(options.alerts),
    random: options.random ?? systemRandom(),
    resources: resourcesOf(options),
    choosing: resolveChoosing(options),
    profiles: resolveProfiles(options.profiles, options),
    ...callerOf(options),
    report: options.report ?? warn,
  };
}

/** A misspelt option would do nothing, and nobody would know. */
function checkNames(options: object): void {
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(OPTIONS, name));
  if (unknown === undefined) return;
  const close = closestName(unknown, Object.keys(OPTIONS));
  throw new ReeveError("option-invalid", `createRuntime: there is no option '${unknown}'`, {
    hint: close === undefined ? `options are ${Object.keys(OPTIONS).join(", ")}` : `did you mean '${close}'?`,
  });
}

/** Measuring begins when it is first asked for. */
function resourcesOf({ resources, engine }: RuntimeOptions): () => Resources {
  const received: unknown = resources;
  if (resources !== undefined && typeof resources?.now !== "function") {
    throw invalid(
      "resources",
      received,
      "give an object with now(), such as fixedResources({ cpu: 0, memory: 0 })",
    );
  }
  let measured = resources;
  return () => (measured ??= systemResources({ clock: engine.clock }));
}

function checkEngine(engine: unknown): void {
  const isEngine = typeof engine === "object" && engine !== null && "open" in engine && "start" in engine;
  if (!isEngine)
    throw invalid(
      "engine",
      engine,
      'give one: memoryEngine(), or sqliteEngine("reeve.db") to outlive the process',
    );
  const clock = "clock" in engine ? engine.clock : undefined;
  const isClock = typeof clock === "object" && clock !== null && "now" in clock;
  if (!isClock) throw invalid("the engine's clock", clock, "give systemClock() or new ManualClock()");
}

function checkPatterns(patterns: unknown): asserts patterns is readonly Pattern[] {
  if (!Array.isArray(patterns)) throw invalid("patterns", patterns, "give a list of patterns");
  const list: readonly unknown[] = patterns;
  for (const [index, received] of list.entries()) checkPattern(`createRuntime: patterns[${index}]`, received);
}

function checkCallbacks({ random, report }: RuntimeOptions): void {
  if (report !== undefined && typeof report !== "function")
    throw invalid("report", report, "give a function");
  if (random !== undefined && typeof random?.next !== "function")
    throw invalid("random", random, "give systemRandom() or seededRandom(1)");
}

function atLeast0(name: string, value: number): number {
  if (Number.isFinite(value) && value >= 0) return value;
  throw invalid(name, value, `${name} must be a number, 0 or more`);
}

function secretKeyOf({ secretKey }: RuntimeOptions): string | undefined {
  if (secretKey !== undefined) parseKeys(secretKey, "secretKey");
  return secretKey;
}

function breakerOf({ breaker }: RuntimeOptions): BreakerOptions | undefined {
  const problem = breakerProblem(breaker);
  if (problem) throw invalid(problem.option, problem.received, `give ${problem.wanted}`);
  return breaker === true ? {} : breaker || undefined;
}

function retentionOf({ retention, engine }: RuntimeOptions): Retention | undefined {
  if (retention === undefined) return undefined;
  const given: unknown = retention;
  if (typeof given !== "object" || given === null)
    throw invalid("retention", given, "give { afterMs: 7 * 86_400_000 } to keep runs for a week");
  const { afterMs, archive } = retention;
  if (!Number.isFinite(afterMs) || afterMs < RETENTION_MS_MIN)
    throw invalid("retention.afterMs", afterMs, `give milliseconds, ${RETENTION_MS_MIN} or more`);
  if (archive === undefined) return { afterMs };
  if (typeof archive !== "string" || archive === "")
    throw invalid("retention.archive", archive, 'give the name of a folder, such as "archive"');
  return { afterMs, archive: runArchive(resolve(archive), engine.clock) };
}

function callerOf(options: RuntimeOptions): Pick<Settings, "caller" | "widenGrants"> {
  let grants = grantsOf(options);
  const { principal = "local" } = options;
  checkPrincipal("createRuntime: principal", principal);
  const caller = {
    principal,
    get grants() {
      return grants;
    },
  };
  const widenGrants = (requires: readonly string[]): void => {
    const isHeld = requires.every((grant) => grants.includes(grant));
    if (options.grants === undefined && !isHeld) grants = [...new Set([...grants, ...requires])];
  };
  return { caller, widenGrants };
}

function grantsOf({ grants, patterns }: RuntimeOptions): readonly string[] {
  const received: unknown = grants;
  if (grants === undefined) return [...new Set(patterns.flatMap((pattern) => usableGrants(pattern)))];
  const isList = Array.isArray(received) && received.every((grant) => typeof grant === "string");
  if (!isList) throw invalid("grants", received, 'give a list of strings such as ["stock:write"]');
  return [...grants];
}

function invalid(name: string, received: unknown, hint: string): ReeveError {
  return new ReeveError("option-invalid", `createRuntime: ${name} is ${showValue(received)}`, { hint });
}

/** Where nobody else is told. */
export function warn(problem: { readonly what: string; readonly error: unknown }): void {
  const { what, error } = problem;
  process.emitWarning(`${what}: ${error instanceof Error ? error.message : String(error)}`, "ReeveWarning");
}
