/** Which agents are left alone because they keep failing, in words. */
import type { OpenBreaker } from "@reeve/core";
import type { Finding } from "../contract/health.ts";
import type { Known } from "./known.ts";
import { momentText, sinceText } from "./time-text.ts";

/** What a breaker does about the failures of a pattern; undefined where none of its agents' is open. */
export function leftAlone(
  pattern: string,
  { breakers, agentsOf, now }: Pick<Known, "breakers" | "agentsOf" | "now">,
): string | undefined {
  const agent = breakers.size > 0 ? agentsOf(pattern).find((name) => breakers.has(name)) : undefined;
  const breaker = agent === undefined ? undefined : breakers.get(agent);
  return (
    breaker && `agent ${agent} is left alone ${sinceText(breaker.since, now)} and ${probedText(breaker, now)}`
  );
}

/** One finding for each agent: runs may fail no more, since others do its work or wait for it. */
export function openBreakers({ breakers, now }: Pick<Known, "breakers" | "now">): readonly Finding[] {
  return Array.from(breakers, ([agent, breaker]) => findingOf(agent, breaker, now)).toSorted(
    (left, right) => left.since - right.since,
  );
}

function findingOf(agent: string, breaker: OpenBreaker, now: number): Finding {
  const { since, reason, code, example } = breaker;
  const cause = code === undefined ? reason : `${code}, ${reason}`;
  const look = example === undefined ? "" : `; look at run ${example}`;
  const repair = `what needs it waits or does without, and it ${probedText(breaker, now)}${look}`;
  return {
    kind: "breaker-open",
    level: "attention",
    sentence: `Agent ${agent} keeps failing and is left alone ${sinceText(since, now)}: ${cause}; ${repair}`,
    pattern: null,
    cause,
    since,
    repair,
    runs: example === undefined ? [] : [example],
  };
}

function probedText({ state, until }: OpenBreaker, now: number): string {
  return state === "half-open" || until === undefined
    ? "is being probed"
    : `will be probed at ${momentText(until, now)}`;
}
