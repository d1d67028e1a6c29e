/** `delay`: a pause that survives restarts. */
import type { Same } from "../delegation/agent.ts";
import type { DelayNode } from "../delegation/pattern.ts";
import { checkerOf } from "./checker.ts";
import type { Called } from "./flow.ts";

export interface Delay<Name extends string> extends DelayNode {
  readonly name: Name;
  readonly "~types"?: { readonly input: (input: unknown) => void; readonly output: Same };
}

export interface DelayOptions<Name> {
  /** @default `delay-<ms>ms` */
  readonly name?: Name;
}

/**
 * Hands on its input after `ms` milliseconds, 0 or more.
 * @throws ReeveError `pattern-invalid`
 */
export function delay<const Milliseconds extends number, const Name extends string | undefined = undefined>(
  ms: Milliseconds,
  options?: DelayOptions<Name>,
): Delay<Called<Name, `delay-${Milliseconds}ms`>>;
export function delay(ms: number, options: DelayOptions<string> = {}): Delay<string> {
  const name = options?.name ?? `delay-${String(ms)}ms`;
  const check = checkerOf("delay", name, options);
  if (!(Number.isFinite(ms) && ms >= 0)) check.fail("ms", ms, "give milliseconds, 0 or more");
  return Object.freeze({ kind: "delay", name, ms });
}
