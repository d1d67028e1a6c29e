/** Plans the child run of a `delegate`: its context within that of the run, the pattern chosen for it, its input. */
import type { WalkContext } from "../delegation/agent.ts";
import type { RunChoice } from "../delegation/choice.ts";
import { decode, encode } from "../delegation/codec.ts";
import { checkContextRequest } from "../delegation/context-request.ts";
import type { Context } from "../delegation/context.ts";
import type { Preserved } from "../delegation/preserved.ts";
import { assertPreserved } from "../delegation/preservation.ts";
import { makeContext } from "../delegation/make-context.ts";
import type { DelegateNode, Pattern } from "../delegation/pattern.ts";
import type { ChildPlan, RunRecord } from "../engine/engine.ts";
import { ReeveError } from "../errors.ts";
import { admit } from "./admit.ts";
import { admissionOf } from "./limits.ts";
import type { Answer, PlanDecision } from "./walk/walk-host.ts";

/** A pattern that was chosen, as far as starting it takes. */
export interface Chosen {
  readonly pattern: Pattern;
  readonly version: string;
  readonly requires: readonly string[];
  readonly choice: RunChoice;
  /** So many milliseconds its run is to wait before it begins. */
  readonly delayMs: number | undefined;
  /** Whether something else may be tried if it fails. */
  readonly mayTryAgain: boolean;
}

/** How many runs may await one another: a pattern that delegates to itself must come to an end. */
const DEPTH_MAX = 100;

/**
 * The decision is a `PlanDecision`; where a schema made another input of it, that is the second part of the value.
 * @param choose gives the pattern for a context
 * @throws ReeveError what `choose` throws, `delegation-too-deep`, `permission-denied`, `input-invalid`, `option-invalid`
 */
export async function planChild(
  parent: RunRecord,
  node: DelegateNode,
  input: unknown,
  ctx: WalkContext,
  preserved: readonly Preserved[],
  choose: (context: Context, explore: boolean | undefined) => Promise<Chosen>,
  now: () => number,
): Promise<Answer> {
  checkDepth(parent);
  const request = typeof node.context === "function" ? await node.context(input, ctx) : node.context;
  const context = childContext(ctx.context, request);
  assertPreserved(parent.context, context, preserved, `'${node.name}'`);
  return planOf(await choose(context, node.explore), context, input, now());
}

/**
 * As `planChild`, after others have failed. Their plans say the context, which nobody is asked for a second time.
 * @param choose gives the next pattern; undefined where there is none
 * @throws ReeveError `permission-denied`, `input-invalid`
 */
export async function planAgain(
  input: unknown,
  failures: readonly unknown[],
  choose: (context: Context, failed: readonly string[]) => Chosen | undefined,
  now: () => number,
): Promise<Answer> {
  const plans = failures.filter(isPlan);
  const [first] = plans;
  const chosen =
    first &&
    choose(
      first.context,
      plans.map(({ pattern }) => pattern),
    );
  return first && chosen ? planOf(chosen, first.context, input, now()) : { decision: null };
}

async function planOf(chosen: Chosen, context: Context, input: unknown, now: number): Promise<Answer> {
  const { pattern, version, requires, choice, delayMs, mayTryAgain } = chosen;
  const admitted = await admit(pattern, requires, input, context.grants);
  if (admitted.rejected?.status === "rejected") {
    const { error } = admitted.rejected;
    const { hint } = error;
    throw new ReeveError(
      error.code === "permission-denied" ? "permission-denied" : "input-invalid",
      `'${pattern.name}' refuses the task: ${error.message}`,
      hint === undefined ? {} : { hint },
    );
  }
  const parsed = admitted.input === undefined ? undefined : decode(admitted.input);
  const notBefore = delayMs === undefined ? undefined : now + delayMs;
  const admission = admissionOf(pattern, context, parsed, notBefore, now);
  const plan: ChildPlan = {
    pattern: pattern.name,
    patternVersion: version,
    context,
    choice,
    ...(admission && { admission }),
  };
  const isParsed = admitted.input !== (input === undefined ? undefined : encode(input, "input"));
  const decision: PlanDecision = !mayTryAgain
    ? isParsed
    : isParsed
      ? "may-try-again, parsed"
      : "may-try-again";
  return { decision, value: { name: "plan", of: isParsed ? [plan, parsed] : [plan] } };
}

/** Only `planOf` records it. */
function isPlan(value: unknown): value is ChildPlan {
  return typeof value === "object" && value !== null && "pattern" in value && "context" in value;
}

/** What the request leaves out is the parent's; it may narrow the grants, and never change the principal. */
export function childContext(parent: Context, request: unknown): Context {
  const { principal, grants } = parent;
  const asked = request ?? {};
  checkContextRequest(asked);
  return makeContext(
    {
      domain: asked.domain ?? parent.domain,
      agentType: asked.agentType ?? parent.agentType,
      priority: asked.priority ?? parent.priority,
      attributes: { ...parent.attributes, ...asked.attributes },
      ...(asked.grants && { grants: asked.grants }),
    },
    undefined,
    { principal, grants },
  );
}

function checkDepth({ id, origin }: RunRecord): void {
  const depth = origin?.parent?.attached ? (origin.parent.depth ?? 1) : 0;
  if (depth < DEPTH_MAX) return;
  throw new ReeveError("delegation-too-deep", `run '${id}' has ${depth} runs above it that wait for it`, {
    hint: "does a pattern delegate to itself? choose by a context that only another pattern serves, or use repeat",
  });
}
