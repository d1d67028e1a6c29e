/** What a runtime would go by: every setting with its value, and whether it was given or is the default. */
import { resolveSettings, type RuntimeOptions } from "./settings.ts";

export interface EffectiveSetting {
  /** As `createRuntime` takes it, such as `retention.afterMs`. */
  readonly name: string;
  /** Undefined where it is not set and has no default. */
  readonly value: number | string | readonly string[] | undefined;
  readonly source: "given" | "default";
  /** The value is one that nobody should see. */
  readonly isSecret?: true;
}

/**
 * The settings of `createRuntime(options)`, without opening anything.
 * @throws ReeveError `option-invalid`, `pattern-invalid`
 */
export function effectiveSettings(options: RuntimeOptions): readonly EffectiveSetting[] {
  const { drainMs, graceMs, recoveriesMax, caller } = resolveSettings(options);
  const { retention, grants, secretKey } = options;
  return [
    setting("drainMs", drainMs, options.drainMs),
    setting("graceMs", graceMs, options.graceMs),
    setting("recoveriesMax", recoveriesMax, options.recoveriesMax),
    setting("retention.afterMs", retention?.afterMs, retention?.afterMs),
    setting("retention.archive", retention?.archive, retention?.archive),
    setting("grants", caller.grants, grants),
    { ...setting("secretKey", secretKey, secretKey), isSecret: true },
  ];
}

function setting(name: string, value: EffectiveSetting["value"], given: unknown): EffectiveSetting {
  return { name, value, source: given === undefined ? "default" : "given" };
}
