/** Checks what agents did in the world outside against what was on disk when they did it. */
import { isUndo } from "../delegation/path.ts";
import type { Simulated } from "./simulate.ts";
import type { Entry } from "./stage.ts";
import { hasUnsureAttempt, type StepHistory } from "./step-history.ts";

/** What is wrong, in words; empty when nothing is. */
export function checkLedger(simulated: Simulated, histories: ReadonlyMap<string, StepHistory>): string[] {
  return [
    ...checkBeginnings(simulated, histories),
    ...checkContexts(simulated),
    ...checkKeys(simulated),
    ...checkSubsteps(simulated),
    ...checkEnd(simulated),
    ...checkEffects(simulated, histories),
  ];
}

function beganIn({ ledger }: Simulated): readonly Entry[] {
  return ledger.filter((entry) => entry.moment === "began" && entry.deed !== "sub-step");
}

function checkBeginnings(simulated: Simulated, histories: ReadonlyMap<string, StepHistory>): string[] {
  const faults: string[] = [];
  const times = new Map<string, number>();
  for (const entry of beganIn(simulated)) {
    const { path, attempt, committed } = entry;
    const history = histories.get(path);
    const completed = history?.completed;
    if (completed && completed.position <= committed) {
      faults.push(`'${path}' was executed again after its completion was on disk (E1)`);
    }
    const announced = history?.started.filter((it) => it.attempt === attempt && it.position <= committed);
    const began = (times.get(`${path} ${attempt}`) ?? 0) + 1;
    times.set(`${path} ${attempt}`, began);
    if (began > (announced?.length ?? 0)) {
      faults.push(`'${path}' attempt ${attempt} began before that was on disk (E3, E7b)`);
    }
    const settled = history?.lost.some((it) => it.position <= committed);
    if (settled && !history?.agent.idempotent && !isUndo(path)) {
      faults.push(`'${path}' is not idempotent and ran again after a lost attempt (E7b)`);
    }
  }
  return faults;
}

/** One key per path, and one path per key; `undoUnsure` asks under the step's own key (E2). */
function checkKeys({ ledger }: Simulated): string[] {
  const faults: string[] = [];
  const paths = new Map<string, string>();
  const keys = new Map<string, string>();
  for (const { path, key, deed } of ledger) {
    const owner = deed === "undo-unsure" ? path.replace(/\/undo$/, "") : path;
    if ((keys.get(owner) ?? key) !== key) faults.push(`'${owner}' had two idempotency keys (E2)`);
    if ((paths.get(key) ?? owner) !== owner) faults.push(`'${owner}' has the key of '${paths.get(key)}'`);
    keys.set(owner, key);
    paths.set(key, owner);
  }
  return faults;
}

/** Every attempt of a step sees the same context, whatever was crashed between, and so does what undoes it. */
function checkContexts({ ledger }: Simulated): string[] {
  const contexts = new Map<string, string>();
  return ledger.flatMap(({ path, context }) => {
    const owner = path.replace(/\/undo$/, "");
    const seen = contexts.get(owner) ?? context;
    contexts.set(owner, seen);
    return seen === context ? [] : [`'${owner}' saw the contexts ${seen} and ${context}`];
  });
}

/** What a finished sub-step returned survives, so it does not run again. */
function checkSubsteps({ ledger, events }: Simulated): string[] {
  const faults: string[] = [];
  for (const { deed, moment, path, name, committed } of ledger) {
    if (deed !== "sub-step" || moment !== "began") continue;
    const finished = events.some(
      (it) =>
        it.kind === "substep-completed" && it.path === path && it.name === name && it.position <= committed,
    );
    if (finished) faults.push(`sub-step '${name}' of '${path}' ran again`);
  }
  return faults;
}

function checkEnd({ ledger, events }: Simulated): string[] {
  const end = events.find((event) => event.kind === "run-ended");
  return ledger
    .filter((entry) => end && entry.committed >= end.position)
    .map((entry) => `${entry.deed} of '${entry.path}' after the run had ended`);
}

/** A completed step has had its effect, a completed undo too. */
function checkEffects({ ledger }: Simulated, histories: ReadonlyMap<string, StepHistory>): string[] {
  const faults: string[] = [];
  const effects = new Set(ledger.filter((it) => it.moment === "effect").map((it) => it.path));
  for (const { path, completed } of histories.values()) {
    if (completed && !effects.has(path)) faults.push(`'${path}' completed without having had its effect`);
  }
  for (const { path, deed } of ledger) {
    const step = histories.get(path.replace(/\/undo$/, ""));
    if (deed === "undo" && !step?.completed) faults.push(`'${path}' undid a step that had not completed`);
    if (deed === "undo-unsure" && (step?.completed || !step || !hasUnsureAttempt(step))) {
      faults.push(`'${path}' ran undoUnsure though nothing was unsure`);
    }
  }
  return faults;
}
