/** What a runtime would go by: every setting with its value, and where the value comes from. */
import { hash } from "node:crypto";
import { breakerPolicy } from "../delegation/breaker.ts";
import { presets, unnamedPreset, type ChoosingSettings } from "../selection/presets.ts";
import { thresholdText } from "../telemetry/threshold.ts";
import type { Objective } from "../telemetry/objective.ts";
import { mergeProfile, type ChoosingOptions, type DomainChoosing, type Profile } from "./choosing-options.ts";
import { resolveSettings, type RuntimeOptions, type Settings } from "./settings.ts";

export interface EffectiveSetting {
  /** As `createRuntime` takes it, such as `retention.afterMs`. */
  readonly name: string;
  /** Undefined where it is not set and has no default. */
  readonly value: number | string | boolean | readonly string[] | undefined;
  /** Given in the options, by the preset that they name, by the active profile, or the default. */
  readonly source: "given" | "preset" | "profile" | "default";
  /** The value is one that nobody should see. */
  readonly isSecret?: true;
}

/**
 * The settings of `createRuntime(options)`, without opening anything.
 * @param active the active profile
 * @throws ReeveError `option-invalid`, `pattern-invalid`
 */
export function effectiveSettings(options: RuntimeOptions, active?: string): readonly EffectiveSetting[] {
  const settings = resolveSettings(options);
  const { drainMs, graceMs, recoveriesMax, caller, telemetry } = settings;
  const { retention, grants, secretKey, profiles = {} } = options;
  const profile = active !== undefined && Object.hasOwn(profiles, active) ? profiles[active] : undefined;
  return [
    setting("drainMs", drainMs, options.drainMs),
    setting("graceMs", graceMs, options.graceMs),
    setting("recoveriesMax", recoveriesMax, options.recoveriesMax),
    setting("retention.afterMs", retention?.afterMs, retention?.afterMs),
    setting("retention.archive", retention?.archive, retention?.archive),
    ...breakerSettings(options, settings),
    setting("telemetry", telemetry !== undefined, options.telemetry),
    ...tracingSettings(options, settings),
    ...settings.objectives.map((one) => setting(`objectives['${one.name}']`, objectiveText(one), one)),
    ...alertSettings(options, settings),
    setting("grants", caller.grants, grants),
    { ...setting("secretKey", secretKey, secretKey), isSecret: true },
    ...choosingSettings(options, profile, settings),
  ];
}

/** A digest of the settings that nobody need hide, so that a change of the configuration can be told. */
export function settingsDigest(options: RuntimeOptions): string {
  const shown = effectiveSettings(options).filter(({ isSecret }) => !isSecret);
  return hash("sha256", JSON.stringify(shown.map(({ name, value }) => [name, value])), "hex").slice(0, 12);
}

function breakerSettings(
  { breaker: given }: RuntimeOptions,
  { breaker }: Settings,
): readonly EffectiveSetting[] {
  if (!breaker) return [setting("breaker", false, given)];
  const own = new Map<string, unknown>(Object.entries(breaker));
  return Object.entries<number>({ ...breakerPolicy(breaker) }).map(([name, value]) =>
    setting(`breaker.${name}`, value, own.get(name)),
  );
}

function alertSettings({ alerts }: RuntimeOptions, settings: Settings): readonly EffectiveSetting[] {
  const { limits, thresholds } = settings.alerts;
  const given = new Map<string, unknown>(Object.entries(alerts ?? {}));
  return [
    ...Object.entries<number>({ ...limits }).map(([name, value]) =>
      setting(`alerts.${name}`, value, given.get(name)),
    ),
    ...thresholds.map((one) => setting(`alerts.thresholds['${one.name}']`, thresholdText(one), one)),
  ];
}

function tracingSettings(
  { tracing: given = {} }: RuntimeOptions,
  { tracing }: Settings,
): readonly EffectiveSetting[] {
  const { share, slowMs, principals, propagate } = tracing.options;
  return [
    setting("tracing.share", share, given.share),
    ...Object.entries(slowMs).map(([pattern, ms]) => setting(`tracing.slowMs['${pattern}']`, ms, ms)),
    setting("tracing.principals", principals, given.principals),
    setting("tracing.propagate", propagate, given.propagate),
  ];
}

/** What choosing goes by: the preset's values, and what is given in their place. */
function choosingSettings(
  options: ChoosingOptions,
  profile: Profile | undefined,
  settings: Settings,
): readonly EffectiveSetting[] {
  const merged = profile ? mergeProfile(options, profile) : options;
  const { preset, domains = {}, exploreNotFor, recovery = {} } = merged;
  const sourceOf = (ofProfile: unknown, given: unknown): EffectiveSetting["source"] =>
    ofProfile !== undefined ? "profile" : given !== undefined ? "given" : "default";
  const named = preset === undefined ? unnamedPreset : presets[preset];
  const source: EffectiveSetting["source"] = preset === undefined ? "default" : "preset";
  // What is learned does not change with the profile: its preset has no say in that.
  const ofOptions = options.preset === undefined ? "default" : "given";
  const memory: EffectiveSetting = {
    name: "memory",
    value: settings.choosing.memory,
    source: profile?.preset === undefined ? source : ofOptions,
  };
  const found: EffectiveSetting[] = [
    { name: "preset", value: preset, source: sourceOf(profile?.preset, options.preset) },
    ...Array.from(valuesOf(named), ([name, value]) =>
      name === memory.name ? memory : { name, value, source },
    ),
    {
      name: "exploreNotFor",
      value: exploreNotFor ?? [],
      source: sourceOf(profile?.exploreNotFor, options.exploreNotFor),
    },
  ];
  for (const [domain, override] of Object.entries(domains)) {
    const from = sourceOf(profile?.domains?.[domain], override);
    const kept = options.domains?.[domain]?.memory;
    for (const [name, value] of valuesOf({ ...override, ...(kept !== undefined && { memory: kept }) })) {
      const isMemory = name === memory.name;
      found.push({ name: `domains['${domain}'].${name}`, value, source: isMemory ? "given" : from });
    }
  }
  for (const [kind, value] of Object.entries({ ...settings.choosing.recovery, ...recovery })) {
    const given = (of: ChoosingOptions | undefined): unknown =>
      Object.entries(of?.recovery ?? {}).find(([name]) => name === kind)?.[1];
    found.push({ name: `recovery['${kind}']`, value, source: sourceOf(given(profile), given(options)) });
  }
  return found;
}

function valuesOf(settings: ChoosingSettings | DomainChoosing): [string, EffectiveSetting["value"]][] {
  return Object.entries<EffectiveSetting["value"]>({ ...settings });
}

function setting(name: string, value: EffectiveSetting["value"], given: unknown): EffectiveSetting {
  return { name, value, source: given === undefined ? "default" : "given" };
}

function objectiveText(objective: Objective): string {
  const { pattern } = objective;
  if ("success" in objective) return `${pattern}: ${objective.success} succeed`;
  return `${pattern}: ${objective.latency.p} within ${objective.latency.ms} ms`;
}
