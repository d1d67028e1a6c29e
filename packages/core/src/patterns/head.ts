/** What every pattern can be told beside its own steps, and the defaults. */
import type { Matches, PatternHead } from "../delegation/pattern.ts";
import type { LimitOptions } from "../delegation/limit.ts";
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
}

// `never` stands for what is not known yet.
type Known<Taken> = [Taken] extends [never] ? unknown : NoInfer<Taken>;

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
  };
}
