/**
 * Walks a degradation chain: each level is asked about before it begins, but for the last one, and gets the chain's input.
 * Why a level was passed over is the recorded answer; what became of one that began is told by `level-ended`.
 */
import type { DegradeNode, LevelNode } from "../../delegation/pattern.ts";
import { join, segment } from "../../delegation/path.ts";
import { contextInForce } from "../step-context.ts";
import { ask } from "./ask.ts";
import type { Walk } from "./fiber.ts";
import { leafCount } from "./leaf-count.ts";
import { meanOf, stopped, type Failed, type Result } from "./result.ts";
import { Tally, type Place, type Walker } from "./walker.ts";

export function* walkDegrade(walker: Walker, node: DegradeNode, chain: Place): Walk<Result> {
  const { scope } = chain;
  const last = node.levels.at(-1);
  let failure: Failed | undefined;
  for (const level of node.levels) {
    const { name } = level.node;
    const place = { ...chain, path: join(chain.path, segment(name)), tally: new Tally() };
    if (level !== last) {
      const answer = yield* ask(walker, place, "level", ({ context }) => ({
        decision: walker.host.objectionTo(level, context) ?? true,
      }));
      if (!answer.ok) {
        if (!failure) chain.tally.countUnreached(leafCount(node));
        return answer.failure;
      }
      if (answer.decision !== true) continue;
    }
    const result = yield* walkLevel(walker, node, level, place);
    // An undo that failed for good ends the run: whatever else was done would be undone.
    const isLast = level === last || walker.undoFailure !== undefined;
    const goesOn = !result.ok && !isLast && !scope.stopped;
    count(chain.tally, place.tally, goesOn);
    if (result.ok) {
      // A level's change of the context ends with the chain.
      const { output, effect, scores } = result;
      return { ok: true, output, effect, scores, level: name };
    }
    if (!goesOn) return scope.stopped && !isLast ? stopped(scope.stopped, place.path, result.error) : result;
    failure = result;
  }
  throw new RangeError(`'${node.name}' has no levels`);
}

function* walkLevel(walker: Walker, chain: DegradeNode, level: LevelNode, place: Place): Walk<Result> {
  const { journal } = walker;
  const { origin } = journal.run;
  // It teaches for the domain in which it was asked about.
  const context = contextInForce(journal, place.context);
  const startedAt = walker.now;
  const result = yield* walker.walkNode(walker, level.node, place);
  const score = result.ok ? meanOf(result.scores) : undefined;
  journal.note({
    kind: "level-ended",
    path: place.path,
    chain: chain.name,
    pattern: level.learnedAs,
    domain: context.domain,
    ok: result.ok,
    ...(!result.ok && result.stopped && { stopped: result.stopped.kind }),
    durationMs: walker.now - startedAt,
    ...(score !== undefined && { score }),
    ...(origin?.forkedFrom && { teaches: false }),
    ...(context.principal !== "local" && { principal: context.principal }),
  });
  return result;
}

/** The level that the chain ends with answers for its coverage; the attempts of all count. */
function count(chain: Tally, level: Tally, goesOn: boolean): void {
  const { attempts, attemptsFailed } = level;
  chain.add(goesOn ? { leaves: 0, leavesCompleted: 0, attempts, attemptsFailed } : level);
}
