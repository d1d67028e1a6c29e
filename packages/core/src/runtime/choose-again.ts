/**
 * What is tried after runs of chosen patterns have failed: it is chosen as ever, among what has not failed. Undefined
 * where nothing is left, or nothing is to be tried.
 */
import type { FittingCandidate } from "../selection/closest-fit.ts";
import { shorten } from "../selection/choose-record.ts";
import { stepCount } from "../selection/lighter-patterns.ts";
import { choiceAmong, type Weighed } from "./field.ts";
import { amongSimilar, recover, type RecoveryHost } from "./recover-choice.ts";

/** How many runs one task gets at most: what fails three times will hardly be mended by a fourth. */
export const TRIES_MAX = 3;

/** How long the next run of the same pattern waits, by how many have failed. */
const RETRY_MS: readonly number[] = [1_000, 5_000];

/** Why a pattern is refused: its run for this task has failed. */
const HAS_FAILED = "has-failed";
const MORE_STEPS = "more-steps";

export interface AgainHost extends RecoveryHost {
  /** In the order in which they were tried. */
  readonly failed: readonly string[];
}

export function chooseAgain(host: AgainHost): Weighed | undefined {
  if (host.failed.length >= TRIES_MAX) return undefined;
  switch (host.wanted["execution-failed"]) {
    case "fail":
      return undefined;
    case "retry":
      return theSame(host);
    case "alternative":
      return another(host, "alternative", () => undefined);
    case "lighter":
      return another(host, "lighter", isLighter(host));
  }
}

/** The pattern that failed last, later. */
function theSame(host: AgainHost): Weighed | undefined {
  const { registry, failed, random, fieldOf } = host;
  const registered = registry.latest(failed.at(-1) ?? "");
  const delayMs = RETRY_MS[failed.length - 1] ?? 0;
  if (!registered) return undefined;
  // Nothing else is weighed, so what is believed of it does not matter.
  const weighed = choiceAmong(fieldOf([{ registered, fit: 0 }]), random, 0);
  const made = weighed.choice.pattern === undefined ? recover(host, weighed) : weighed;
  if (!made) return undefined;
  const again = told(host, "retry", `it is tried once more after ${delayMs / 1_000} s`, made);
  return { ...again, delayMs: Math.max(delayMs, made.delayMs ?? 0) };
}

/** @param objectionTo why a pattern that has not failed is refused all the same */
function another(
  host: AgainHost,
  recovery: string,
  objectionTo: (candidate: FittingCandidate) => string | undefined,
): Weighed | undefined {
  const { registry, context, failed, random, fieldOf, wanted } = host;
  const field = fieldOf(registry.candidates(context));
  const candidates = field.candidates.map((candidate): FittingCandidate => {
    const objection = failed.includes(candidate.pattern) ? HAS_FAILED : objectionTo(candidate);
    const { refused = objection } = candidate;
    return refused === undefined ? candidate : { ...candidate, refused };
  });
  const weighed = choiceAmong({ ...field, candidates }, random);
  const made = weighed.choice.pattern === undefined ? recover(host, weighed) : weighed;
  if (made) return told(host, recovery, made.record.reason, made);
  const similar = wanted["pattern-not-found"] === "similar" ? amongSimilar(host) : undefined;
  return similar && told(host, recovery, similar.record.reason, similar);
}

/** Fewer steps than what failed last; where that was removed meanwhile, nobody knows how many it had. */
function isLighter({ registry, failed }: AgainHost): (candidate: FittingCandidate) => string | undefined {
  const last = registry.finishing(failed.at(-1) ?? "");
  const steps = last ? stepCount(last.pattern) : 0;
  return ({ pattern }) => {
    const offered = registry.latest(pattern);
    return offered && stepCount(offered.pattern) < steps ? undefined : MORE_STEPS;
  };
}

function told({ failed }: AgainHost, recovery: string, reason: string, weighed: Weighed): Weighed {
  const names = failed.map(shorten).filter((name, index, all) => all.indexOf(name) === index);
  const what = names.length === 1 ? `${names.join("")} failed` : `${names.join(" and ")} failed`;
  return { ...weighed, record: { ...weighed.record, recovery, reason: `${what}; ${reason}` } };
}
