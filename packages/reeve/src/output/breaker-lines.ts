/** Which agents are left alone because they keep failing, in words. */
import type { OpenBreaker } from "@reeve/core";
import { dateText } from "./duration.ts";
import { oneLine } from "./safe-text.ts";

/** What is told of one, from this process's runtime or from a server. */
export type HeldBreaker = Pick<OpenBreaker, "state" | "since" | "reason"> & {
  readonly until: number | null | undefined;
};

/** Such as "the breaker of agent 'mail' is open since 2031-04-05 14:03:09: 3 of the last 3 attempts failed; it is probed at …". */
export function breakerLine(agent: string, { state, since, reason, until }: HeldBreaker): string {
  const what = `the breaker of agent '${oneLine(agent)}' is ${state} since ${dateText(since)}`;
  // What opened it was the change before, so a reason of one that is probed says nothing more.
  if (typeof until !== "number") return `${what}; the agent is being probed`;
  return `${what}: ${oneLine(reason)}; the agent is probed at ${dateText(until)}`;
}
