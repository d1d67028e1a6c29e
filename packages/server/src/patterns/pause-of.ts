/** Whether a pattern or an agent is paused; also of one whose name every object has by birth. */
import type { Paused } from "@reeve/core";

type Pauses = Paused["patterns"];

export function pauseOf(pauses: Pauses, name: string): Pauses[string] | undefined {
  return Object.hasOwn(pauses, name) ? pauses[name] : undefined;
}
