/**
 * Holds a run that was crashed against the same program undisturbed. This is the one place that says what a crash may
 * change:
 *
 * 1. A crash takes time and reorders turns of the event loop. Where the outcome hangs on a race (see `raced`), another
 *    side may win it; what then remains equal is the output of runs that both completed, if no failure is tolerated and
 *    no chain has another level to offer.
 * 2. A step that failed for good and had an attempt lost has that attempt's unknown effect: its path may be in `undone`
 *    or `notUndone` (by `undoUnsure`) or in `unsure` in addition, and the status follows these lists.
 *
 * Everything else is equal: status, output, error, what was undone, not undone, unsure and kept, which steps completed,
 * and every step's idempotency key.
 */
import type { Event } from "../delegation/event.ts";
import type { Outcome, StepError } from "../delegation/outcome.ts";
import type { Path } from "../delegation/path.ts";
import type { PatternNode } from "../delegation/pattern.ts";
import { childrenOf } from "../patterns/tree.ts";
import { stackless } from "./draw.ts";
import type { Simulated } from "./simulate.ts";
import type { Entry } from "./stage.ts";
import { failedForGood, stepsOf, undoOf, type StepHistory } from "./step-history.ts";

export interface Comparison {
  /** Whether the runs had to be equal in everything. */
  readonly exact: boolean;
  /** In words; empty when the runs agree. */
  readonly differences: readonly string[];
}

type Histories = ReadonlyMap<Path, StepHistory>;

export interface Judged {
  readonly simulated: Simulated;
  readonly histories: Histories;
}

export function compare(undisturbed: Judged, crashed: Judged): Comparison {
  const keys = compareKeys(undisturbed.simulated, crashed.simulated);
  if (raced(undisturbed) || raced(crashed)) {
    return {
      exact: false,
      differences: [...keys, ...compareRaced(undisturbed.simulated, crashed.simulated)],
    };
  }
  return { exact: true, differences: [...keys, ...compareExactly(undisturbed, crashed)] };
}

/**
 * Whether the outcome hangs on what came first: a cancel, a deadline or timeout, a quorum, a failure that stopped
 * siblings, or a lost attempt of an agent that may not run again.
 */
function raced({ simulated, histories }: Judged): boolean {
  const { program, events, outcome } = simulated;
  if (program.features.has("quorum")) return true;
  for (const event of events) {
    if (event.kind === "cancel-requested") return true;
    if (event.kind === "timer-fired" && /!(deadline|timeout)$/.test(event.path)) return true;
  }
  const steps = stepsOf(histories);
  // Which level runs hangs on the load then; what an undo that failed leaves behind ends a chain.
  if (program.isShifting && events.some(isLevelAsked)) return true;
  if (hasChain(program) && steps.some((step) => step.lost.length > 0 && failedForGood(step))) return true;
  if (steps.some((step) => step.lost.length > 0 && !step.agent.idempotent)) return true;
  const failed = steps.filter(failedForGood).map((step) => step.path);
  failed.push(...exhausted(simulated));
  let error = "error" in outcome ? outcome.error : undefined;
  // The cause of a child's failure is told by its path in the child; its step is among the failed ones already.
  for (; error; error = error.code === "child-failed" ? undefined : error.cause) failed.push(error.path);
  const tolerated = outcome.status === "completed";
  return failed.some((path) => reachOf(program.shape, "", path, tolerated) === "siblings");
}

function isLevelAsked(event: Event): boolean {
  return event.kind === "value-recorded" && event.path.endsWith("/!level");
}

function hasChain({ features }: Simulated["program"]): boolean {
  return features.has("degrade") || features.has("fallback") || features.has("another try");
}

/** The paths of the `repeat`s that gave up, which is the failure of none of their steps. */
function exhausted({ program, events }: Simulated): readonly Path[] {
  return events.flatMap((event) => {
    if (event.kind !== "value-recorded" || event.decision !== false) return [];
    const [, path, iteration] = /^(?:(.*)\/)?\[(\d+)\]\/!until$/.exec(event.path) ?? [];
    const last = iteration !== undefined && maxAt(program.shape, "", path ?? "") === Number(iteration) + 1;
    return last ? [path ?? ""] : [];
  });
}

/** The bound of the `repeat` at `wanted`. */
function maxAt(node: PatternNode, template: Path, wanted: Path): number | undefined {
  if (node.kind === "repeat" && plain(wanted) === template) return node.max;
  for (const child of childrenOf(node, template)) {
    const max = maxAt(child.node, child.template, wanted);
    if (max !== undefined) return max;
  }
  return undefined;
}

/**
 * How far the failure of a step below `node` reaches: to siblings that it may stop, to nobody because it is tolerated,
 * or through `node` to what is around it. `tolerated`: the run completed, so what tolerates failures tolerated them.
 */
function reachOf(
  node: PatternNode,
  path: Path,
  failed: Path,
  tolerated: boolean,
): "siblings" | "nobody" | "around" {
  const below = childrenOf(node, path).find(({ template }) => isBelow(failed, template));
  const reach = below ? reachOf(below.node, below.template, failed, tolerated) : "around";
  if (!below || reach !== "around") return reach;
  switch (node.kind) {
    case "parallel":
    case "for-each":
      return tolerated && node.tolerate ? "nobody" : "siblings";
    case "meta":
      return node.phases.some((phase) => phase.coordination === "parallel") ? "siblings" : "around";
    case "degrade":
      // A level that failed is made up for by the next one.
      return tolerated ? "nobody" : "around";
    default:
      return "around";
  }
}

function isBelow(path: Path, template: Path): boolean {
  return template === "" || plain(path) === template || plain(path).startsWith(`${template}/`);
}

/** The template of a path. */
function plain(path: Path): Path {
  return path.replaceAll(/\[\d+\]/g, "[*]");
}

/** A step of a child may be undone by the child itself, or later by the run that undoes it: each has its keys. */
function compareKeys(undisturbed: Simulated, crashed: Simulated): string[] {
  const deedOf = ({ deed, run, path }: Entry): string => `${deed} ${run} ${path}`;
  const keys = new Map(undisturbed.ledger.map((entry) => [deedOf(entry), entry.key]));
  return crashed.ledger
    .filter((entry) => (keys.get(deedOf(entry)) ?? entry.key) !== entry.key)
    .map(({ path }) => `the idempotency key of '${path}' differs (E2)`);
}

function compareRaced(undisturbed: Simulated, crashed: Simulated): string[] {
  const { features } = undisturbed.program;
  // Of a race another level may give the output.
  if (hasChain(undisturbed.program)) return [];
  if (features.has("tolerates failures") || features.has("quorum") || features.has("failureRate")) return [];
  const [before, after] = [undisturbed.outcome, crashed.outcome];
  if (before.status !== "completed" || after.status !== "completed") return [];
  return stackless(before.output) === stackless(after.output) ? [] : ["the outputs differ"];
}

function compareExactly(undisturbed: Judged, crashed: Judged): string[] {
  const before = undisturbed.simulated.outcome;
  const after = crashed.simulated.outcome;
  const unsure = lostAndFailed(crashed.histories);
  const differences: string[] = [];
  const same = (what: string, left: unknown, right: unknown): void => {
    const [one, other] = [stackless(left), stackless(right)];
    if (one !== other) differences.push(`${what}: ${one} undisturbed, ${other} crashed`);
  };
  same(
    "completed steps",
    completedPaths(undisturbed.histories, unsure),
    completedPaths(crashed.histories, unsure),
  );
  same("status", statusWithout(before, unsure), statusWithout(after, unsure));
  if (before.status === "completed" || after.status === "completed") {
    same("outcome", before, after);
    return differences;
  }
  for (const list of ["undone", "notUndone", "unsure", "kept"] as const) {
    const known = (path: Path): boolean => !unsure.has(path);
    same(list, before[list].filter(known).toSorted(), after[list].filter(known).toSorted());
  }
  same("error", errorOf(before), errorOf(after));
  return differences;
}

/** Steps whose lost attempt is left over because no later one succeeded. */
function lostAndFailed(histories: Histories): ReadonlySet<Path> {
  const paths = stepsOf(histories).filter((step) => step.lost.length > 0 && failedForGood(step));
  return new Set(paths.map((step) => step.path));
}

function completedPaths(histories: Histories, except: ReadonlySet<Path>): readonly string[] {
  const paths = stepsOf(histories)
    .filter((step) => step.completed && !except.has(step.path))
    .map((step) => `${step.path}${undoOf(histories, step.path)?.completed ? " (undone)" : ""}`);
  return paths.toSorted();
}

/** The status as it were if these paths were in none of the lists. */
function statusWithout(outcome: Outcome, paths: ReadonlySet<Path>): string {
  if (outcome.status === "completed" || outcome.status === "rejected") return outcome.status;
  const left = (list: readonly Path[]): number => list.filter((path) => !paths.has(path)).length;
  if (left(outcome.notUndone) > 0) return "rollback-failed";
  const { status } = outcome;
  const because = status === "rollback-failed" ? outcome.because : status;
  if (because === "cancelled" || because === "timed-out") return because;
  return left(outcome.undone) > 0 ? "rolled-back" : "failed";
}

function errorOf(outcome: Outcome): unknown {
  const error: StepError | undefined = "error" in outcome ? outcome.error : undefined;
  if (!error) return undefined;
  const { name, code, path, attempt, agent } = error;
  // The status of a child follows its lists, as the run's own does.
  const message = code === "child-failed" ? error.message.replace(/ ended as [a-z-]+/, "") : error.message;
  return { name, message, code, path, attempt, agent };
}
