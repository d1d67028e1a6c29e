/** The registered pattern behind a name. */
import type { Pattern, Runtime } from "@reeve/core";

/** The pattern as it is registered last; good enough to know what comes. */
export function patternNamed(runtime: Runtime, name: string): Pattern | undefined {
  return runtime.patterns.findLast((pattern) => pattern.name === name);
}
