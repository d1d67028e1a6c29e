/** Counts how often Reeve took a change for real, seen from outside: what a belief rests on then becomes less. */
import type { Policy } from "./policy.ts";
import type { ReevePolicy } from "./reeve-policy.ts";
import { domainAt, type TaskSet } from "./task-set.ts";

/** A change of a pattern as a whole shows in any domain; looking at more of them would take too long. */
const DOMAINS_WATCHED = 32;

export interface Watched extends Policy {
  alarms(): number;
}

export function watchAlarms(set: TaskSet, policy: ReevePolicy): Watched {
  let alarms = 0;
  const evidence = (task: number, arm: number): readonly number[] =>
    [set.domains[domainAt(set, task)] ?? "", ...set.domains.slice(0, DOMAINS_WATCHED)].map(
      (domain) => policy.confidence.posterior(set.arms[arm] ?? "", domain).evidence,
    );
  return {
    choose: (task) => policy.choose(task),
    expected: () => policy.expected(),
    alarms: () => alarms,
    learn(task, arm, reward) {
      const before = evidence(task, arm);
      policy.learn(task, arm, reward);
      // None left at all means that a memory grew too large and its oldest domain went.
      if (evidence(task, arm).some((after, index) => after > 0 && after < (before[index] ?? 0))) alarms++;
    },
  };
}
