/** What every pattern can be told beside its own steps, and the defaults. */
import type { Matches, PatternHead } from "../delegation/pattern.ts";
import type { LimitOptions } from "../delegation/limit.ts";
import { isPreservable, type PreservedKey } from "../delegation/preserved.ts";
import type { Schema } from "../delegation/schema.ts";
import type { Checker } from "./checker.ts";
import { resolveLimits } from "./limits.ts";

/** Options of every pattern. `Input` is what its schema lets through, `Taken` what the pattern takes with or without one. */
export interface PatternOptions<Input, Taken = Input> {
  /** What the pattern is for; shown to people. */
  readonly description?: string;
  /** Which contexts the pattern serves. @default none: it is started by name only */
  readonly matches?: Matches;
  /** Refuses inputs that do not fit, and types `ctx.input` in the callbacks. @default what the first step takes */
  readonly input?: Schema<unknown, Input>;
  /** A deadline in milliseconds, above 0, for the whole pattern, through waits and downtime. @default none */
  readonly timeoutMs?: number;
  /** Names the shape of the pattern. @default a fingerprint of kinds, names, order and edges */
  readonly version?: string;
  /** Versions whose unfinished runs this pattern takes over. @default none */
  readonly continues?: readonly string[];
  /** How many runs of the pattern may go on at once, and start per second. @default none */
  readonly limits?: readonly LimitOptions<Known<Taken>>[];
  /**
   * Keys of the context, such as `domain` or `attributes.tenant`, that keep the value they had when the run started at
   * every step and in what it delegates to; a step that would break that fails. @default none
   */
  readonly preserve?: readonly PreservedKey[];
}

// `never` stands for what is not known yet.
type Known<Taken> = [Taken] extends [never] ? unknown : NoInfer<Taken>;

const NOTHING_PRESERVED: readonly PreservedKey[] = Object.freeze([]);

/** The common part of a pattern's node, checked, with every default resolved. */
export function resolveHead<const Kind extends string>(
  kind: Kind,
  name: string,
  options: PatternOptions<unknown>,
  check: Checker,
): Omit<PatternHead, "kind" | "~types"> & { readonly kind: Kind } {
  check.schema("input", options.input);
  check.object("matches", options.matches);
  if (options.matches?.domain !== undefined) check.text("matches.domain", options.matches.domain);
  check.positive("timeoutMs", options.timeoutMs);
  if (options.version !== undefined) check.text("version", options.version);
  const continues = options.continues ?? [];
  const received: unknown = continues;
  if (!Array.isArray(received)) check.fail("continues", continues, "give a list of versions");
  for (const [index, version] of continues.entries()) check.text(`continues[${index}]`, version);
  return {
    kind,
    name,
    description: options.description,
    matches: options.matches === undefined ? undefined : Object.freeze({ ...options.matches }),
    input: options.input,
    timeoutMs: options.timeoutMs,
    version: options.version,
    continues: Object.freeze([...continues]),
    limits: resolveLimits(options.limits, check),
    preserve: resolvePreserve(options.preserve, check),
  };
}

function resolvePreserve(received: unknown, check: Checker): readonly PreservedKey[] {
  if (received === undefined) return NOTHING_PRESERVED;
  if (!Array.isArray(received))
    check.fail("preserve", received, 'give a list such as ["domain", "attributes.tenant"]');
  const keys: readonly unknown[] = received;
  return Object.freeze(
    keys.map((key, index) => {
      if (isPreservable(key)) return key;
      const hint = "name domain, agentType, priority, grants, attributes, or one as in attributes.tenant";
      return check.fail(`preserve[${index}]`, key, hint);
    }),
  );
}
