/** How a runtime chooses patterns: what `createRuntime` was told of it, checked, with every default resolved. */
import { showValue } from "../delegation/show-value.ts";
import { ReeveError } from "../errors.ts";
import {
  memories,
  presets,
  unnamedPreset,
  type ChoosingSettings,
  type PresetName,
} from "../selection/presets.ts";

/** What differs from the preset in some domains. */
export interface DomainChoosing {
  /** A pattern is passed over when its success rate is known to be lower, 0 to 1. */
  readonly threshold?: number;
  /** Default limit per attempt of agents that set none, in milliseconds, above 0. */
  readonly timeoutMs?: number;
  /** False: only the most trusted pattern is chosen, nothing is tried to learn about it. */
  readonly explore?: boolean;
  /** How fast beliefs follow what happens lately there; not in a profile, since it holds for all that is learned. */
  readonly memory?: ChoosingSettings["memory"];
}

/** What to do when nothing can be chosen as it stands, or what was chosen has failed. */
export interface RecoveryOptions {
  /** No pattern serves the context: take one that serves a similar one, or refuse the task. @default "reject" */
  readonly "pattern-not-found"?: "similar" | "reject";
  /**
   * Each pattern that is allowed is known to be poor: choose among them all the same, take the one with the fewest
   * steps, or refuse the task. @default "least-poor"
   */
  readonly "confidence-too-low"?: "least-poor" | "minimal" | "reject";
  /**
   * All that is allowed is paused, or the machine is too busy for it: let the run wait in the queue; look again after
   * 250 ms, then ever later, for half a minute; or refuse the task. @default "queue"
   */
  readonly "resources-exhausted"?: "queue" | "wait" | "reject";
  /**
   * The run of the chosen pattern has failed for good, and whatever it did is undone: try another one that serves the
   * context, one of those with fewer steps, or the same once more, after a second, then after five; at most three runs
   * in all, which are children of the run that delegates, or of one for the task. Or let the failure stand.
   * @default "fail"
   */
  readonly "execution-failed"?: "alternative" | "lighter" | "retry" | "fail";
}

export interface ChoosingOptions {
  /**
   * A named set of the settings below: how well a pattern must do (.6, .75, .85), how much is tried, and the limit per
   * attempt of agents that set none (120, 60, 30 s). @default chooses as "development", without a limit per attempt
   */
  readonly preset?: PresetName;
  /**
   * Overrides by domain: one such as `orders`, `orders.*` for it and all below, `*` for all. What a more specific one
   * leaves out is taken from the others. @default none
   */
  readonly domains?: { readonly [domain: string]: DomainChoosing };
  /** Principals for whose tasks nothing is tried to learn about it. @default none */
  readonly exploreNotFor?: readonly string[];
  readonly recovery?: RecoveryOptions;
}

/** Settings that hold while a profile is active; what it leaves out is as `createRuntime` was told. */
export type Profile = ChoosingOptions;

/** The settings that hold in a domain. */
export interface DomainSettings extends ChoosingSettings {
  readonly explore: boolean;
}

export interface Choosing {
  /** Of the preset; `settingsIn` says which one holds in a domain. */
  readonly memory: ChoosingSettings["memory"];
  settingsIn(domain: string): DomainSettings;
  mayExplore(principal: string): boolean;
  readonly recovery: Required<RecoveryOptions>;
}

const PROFILE_OPTIONS: readonly string[] = ["preset", "domains", "exploreNotFor", "recovery"];

const recoveryDefaults: Required<RecoveryOptions> = {
  "pattern-not-found": "reject",
  "confidence-too-low": "least-poor",
  "resources-exhausted": "queue",
  "execution-failed": "fail",
};
const recoveries: { readonly [kind in keyof RecoveryOptions]-?: readonly string[] } = {
  "pattern-not-found": ["similar", "reject"],
  "confidence-too-low": ["least-poor", "minimal", "reject"],
  "resources-exhausted": ["queue", "wait", "reject"],
  "execution-failed": ["alternative", "lighter", "retry", "fail"],
};

/**
 * @param at where the options stand, for messages
 * @throws ReeveError `option-invalid`
 */
export function resolveChoosing(options: ChoosingOptions, at = ""): Choosing {
  const { preset, domains = {}, exploreNotFor = [], recovery = {} } = options;
  if (preset !== undefined && !Object.hasOwn(presets, preset))
    throw invalid(`${at}preset`, preset, `give one of ${Object.keys(presets).join(", ")}`);
  const received: unknown = exploreNotFor;
  if (!Array.isArray(received) || !received.every((name) => typeof name === "string"))
    throw invalid(`${at}exploreNotFor`, received, 'give a list of principals such as ["billing"]');
  checkRecovery(recovery, `${at}recovery`);
  checkDomains(domains, `${at}domains`);
  const base: DomainSettings = { ...(preset ? presets[preset] : unnamedPreset), explore: true };
  // From the most general to the most specific, which has the last word.
  const overrides = Object.entries(domains).toSorted(([left], [right]) => weight(left) - weight(right));
  return {
    memory: base.memory,
    settingsIn: (domain) => {
      let settings = base;
      for (const [of, { threshold, timeoutMs, explore, memory }] of overrides) {
        if (!covers(of, domain)) continue;
        settings = {
          ...settings,
          threshold: threshold ?? settings.threshold,
          timeoutMs: timeoutMs ?? settings.timeoutMs,
          explore: explore ?? settings.explore,
          memory: memory ?? settings.memory,
        };
      }
      return settings;
    },
    mayExplore: (principal) => !exploreNotFor.includes(principal),
    recovery: { ...recoveryDefaults, ...recovery },
  };
}

/** More for a longer prefix, most for a domain that is named. */
function weight(key: string): number {
  return key === "*" ? 0 : key.endsWith(".*") ? key.length : Infinity;
}

function covers(key: string, domain: string): boolean {
  if (key === "*" || key === domain) return true;
  if (!key.endsWith(".*")) return false;
  const above = key.slice(0, -".*".length);
  return domain === above || domain.startsWith(`${above}.`);
}

function checkRecovery(recovery: unknown, place: string): void {
  if (!isObject(recovery))
    throw invalid(place, recovery, 'give an object such as { "pattern-not-found": "similar" }');
  const known = new Map<string, readonly string[]>(Object.entries(recoveries));
  for (const [kind, wanted] of Object.entries(recovery)) {
    const allowed = known.get(kind);
    if (!allowed) throw invalid(`${place}['${kind}']`, wanted, `it has ${[...known.keys()].join(", ")}`);
    if (wanted !== undefined && !allowed.some((each) => each === wanted))
      throw invalid(`${place}['${kind}']`, wanted, `give one of ${allowed.join(", ")}`);
  }
}

function checkDomains(domains: unknown, place: string): void {
  if (!isObject(domains))
    throw invalid(place, domains, 'give an object such as { "orders.*": { threshold: 0.9 } }');
  for (const [domain, override] of Object.entries(domains)) {
    const at = `${place}['${domain}']`;
    if (!isObject(override)) throw invalid(at, override, "give an object such as { threshold: 0.9 }");
    for (const [name, value] of Object.entries(override)) {
      const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
      if (!check) throw invalid(`${at}.${name}`, value, `it has ${Object.keys(checks).join(", ")}`);
      if (value !== undefined && !check.holds(value)) throw invalid(`${at}.${name}`, value, check.hint);
    }
  }
}

const checks: { readonly [name: string]: { holds(value: unknown): boolean; readonly hint: string } } = {
  threshold: {
    holds: (value) => typeof value === "number" && value >= 0 && value <= 1,
    hint: "give a number from 0 to 1",
  },
  timeoutMs: {
    holds: (value) => typeof value === "number" && Number.isFinite(value) && value > 0,
    hint: "give milliseconds above 0",
  },
  explore: { holds: (value) => typeof value === "boolean", hint: "give true or false" },
  memory: {
    holds: (value) => memories.some((memory) => memory === value),
    hint: `give one of ${memories.join(", ")}`,
  },
};

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function invalid(name: string, received: unknown, hint: string): ReeveError {
  return new ReeveError("option-invalid", `createRuntime: ${name} is ${showValue(received)}`, { hint });
}

/**
 * The settings of each profile.
 * @throws ReeveError `option-invalid`
 */
export function resolveProfiles(
  profiles: { readonly [name: string]: Profile } | undefined,
  base: ChoosingOptions,
): ReadonlyMap<string, Choosing> {
  const received: unknown = profiles ?? {};
  if (!isObject(received))
    throw invalid("profiles", received, 'give an object such as { calm: { preset: "production" } }');
  const resolved = new Map<string, Choosing>();
  for (const [name, profile] of Object.entries(profiles ?? {})) {
    const at = `profiles['${name}']`;
    if (!isObject(profile)) throw invalid(at, profile, 'give an object such as { preset: "production" }');
    const unknown = Object.entries(profile).find(([option]) => !PROFILE_OPTIONS.includes(option));
    if (unknown) throw invalid(`${at}.${unknown[0]}`, unknown[1], `it has ${PROFILE_OPTIONS.join(", ")}`);
    refuseMemory(profile, at);
    resolved.set(name, resolveChoosing(mergeProfile(base, profile), `${at}.`));
  }
  return resolved;
}

/** Everything that happens is learned once, whatever is active: another memory would have to learn all of it again. */
function refuseMemory({ domains }: Profile, at: string): void {
  const remembering = Object.entries(domains ?? {}).find(([, given]) => given?.memory !== undefined);
  if (!remembering) return;
  const [domain, { memory }] = remembering;
  const hint = `a profile changes no memory: set createRuntime({ domains: { "${domain}": { memory } } })`;
  throw invalid(`${at}.domains['${domain}'].memory`, memory, hint);
}

/** The options as they are while the profile is active. */
export function mergeProfile(base: ChoosingOptions, profile: Profile): ChoosingOptions {
  const { preset, domains, exploreNotFor, recovery } = base;
  return {
    ...(preset !== undefined && { preset }),
    ...(exploreNotFor !== undefined && { exploreNotFor }),
    ...profile,
    domains: { ...domains, ...profile.domains },
    recovery: { ...recovery, ...profile.recovery },
  };
}
