/** Checks the outcome against the log: what was undone, what not, what is unsure, what was kept, and the status. */
import type { Aftermath, Outcome } from "../delegation/outcome.ts";
import type { Path } from "../delegation/path.ts";
import type { Simulated } from "./simulate.ts";
import { failedForGood, hasUnsureAttempt, stepsOf, undoOf, type StepHistory } from "./step-history.ts";

const LISTS = ["undone", "notUndone", "unsure", "kept"] as const;

/** What is wrong, in words; empty when nothing is. */
export function checkAftermath(simulated: Simulated, histories: ReadonlyMap<Path, StepHistory>): string[] {
  const { outcome } = simulated;
  if (outcome.status === "completed") return checkCompleted(simulated, histories);
  const expected = collapse(expectedAftermath(histories), outcome, childrenIn(simulated));
  const faults = LISTS.flatMap((list) => {
    const wanted = [...expected[list]].toSorted().join(", ");
    const given = [...outcome[list]].toSorted().join(", ");
    return wanted === given ? [] : [`${list} is [${given}], the log says [${wanted}]`];
  });
  return [...faults, ...checkKept(simulated, outcome), ...checkStatus(simulated, outcome)];
}

/** The lists that follow from the events. */
function expectedAftermath(histories: ReadonlyMap<Path, StepHistory>): Aftermath {
  const lists: { [list in keyof Aftermath]: Path[] } = { undone: [], notUndone: [], unsure: [], kept: [] };
  for (const step of stepsOf(histories)) {
    const { path, agent } = step;
    const undo = undoOf(histories, path);
    if (undo) lists[undo.completed ? "undone" : "notUndone"].push(path);
    else if (!failedForGood(step) && agent.undo) lists.kept.push(path);
    else if (failedForGood(step) && hasUnsureAttempt(step) && agent.undo) lists.unsure.push(path);
  }
  return lists;
}

/** Where the children of the program stand. */
function childrenIn({ events }: Simulated): readonly Path[] {
  return events.flatMap((event) => (event.kind === "child-started" ? [event.path] : []));
}

/** A child that the outcome names as a whole stands for all that is inside. */
function collapse(expected: Aftermath, outcome: Aftermath, children: readonly Path[]): Aftermath {
  const whole = children.filter((child) => LISTS.some((list) => outcome[list].includes(child)));
  const of = (list: (typeof LISTS)[number]): readonly Path[] => [
    ...expected[list].filter((path) => !whole.some((child) => path.startsWith(`${child}/`))),
    ...outcome[list].filter((path) => whole.includes(path)),
  ];
  return { undone: of("undone"), notUndone: of("notUndone"), unsure: of("unsure"), kept: of("kept") };
}

/** Where nothing may fail, nothing is undone in a run that completed. */
function checkCompleted({ program, events }: Simulated, histories: ReadonlyMap<Path, StepHistory>): string[] {
  const { features } = program;
  if (features.has("degrade") || features.has("fallback") || features.has("another try")) return [];
  if (features.has("tolerates failures") || features.has("quorum") || features.has("failureRate")) return [];
  const faults = stepsOf(histories)
    .filter((step) => undoOf(histories, step.path) || failedForGood(step))
    .map((step) => `the run completed, yet '${step.path}' failed or was undone`);
  const cancel = events.findIndex((event) => event.kind === "cancel-requested");
  const completions = events.slice(cancel + 1).filter((event) => event.kind === "step-completed");
  if (cancel >= 0 && completions.length > 0)
    faults.push("the run completed a step after cancel, and completed");
  return faults;
}

/** Only a phase's rollback setting leaves completed steps standing. */
function checkKept({ program }: Simulated, outcome: Aftermath): string[] {
  const { features } = program;
  const mayKeep = features.has("rollback phase") || features.has("rollback none");
  return outcome.kept.length > 0 && !mayKeep ? [`kept ${outcome.kept.join(", ")} without a reason`] : [];
}

function checkStatus({ events }: Simulated, outcome: Exclude<Outcome, { status: "completed" }>): string[] {
  const faults: string[] = [];
  const demand = (holds: boolean, fault: string): void =>
    void (holds || faults.push(`${outcome.status}: ${fault}`));
  const cancelled = events.some((event) => event.kind === "cancel-requested");
  const deadline = events.some((event) => event.kind === "timer-fired" && event.path === "!deadline");
  demand((outcome.status === "rollback-failed") === outcome.notUndone.length > 0, "notUndone does not fit");
  switch (outcome.status) {
    case "cancelled":
      demand(cancelled, "nobody cancelled");
      break;
    case "timed-out":
      demand(deadline, "no deadline passed");
      break;
    case "failed":
      demand(outcome.undone.length === 0, "something was undone");
      break;
    case "rolled-back":
      demand(outcome.undone.length > 0, "nothing was undone");
      break;
    case "rollback-failed":
      demand(outcome.because !== "cancelled" || cancelled, "nobody cancelled");
      demand(outcome.because !== "timed-out" || deadline, "no deadline passed");
      break;
    case "rejected":
      faults.push("the run was rejected");
  }
  return faults;
}
