/**
 * What a step may change of the context, and how much such a change weighs. Who asks and what they may do can't be
 * changed: grants are narrowed at a delegation, and nowhere else.
 */
import { isDeepStrictEqual } from "node:util";
import { ReeveError } from "../errors.ts";
import type { ChangeSeverity, ContextChange, ContextDifference } from "./changed.ts";
import { deepFreeze, frozenCopy, type AttributeValue, type Context } from "./context.ts";
import { checkContextRequest } from "./context-request.ts";

export interface ChangedContext {
  readonly context: Context;
  readonly diff: readonly ContextDifference[];
  readonly severity: ChangeSeverity;
}

/** The keys of a context that a step may change, but for its attributes. */
const CHANGEABLE = ["domain", "agentType", "priority"] as const;

/**
 * The context after the change; undefined where nothing differs.
 * @throws ReeveError `permission-denied` where it is about principal or grants, else `option-invalid`
 */
export function changeContext(context: Context, change: ContextChange): ChangedContext | undefined {
  checkChange(change);
  const { domain, agentType, priority, attributes } = change;
  const changed = frozenCopy({
    ...context,
    domain: domain ?? context.domain,
    agentType: agentType ?? context.agentType,
    priority: priority ?? context.priority,
    // What is undefined is dropped by the copy.
    attributes: withoutUndefined({ ...context.attributes, ...attributes }),
  });
  const diff = [...differences(context, changed)];
  return diff.length === 0 ? undefined : { context: changed, diff, severity: severityOf(diff) };
}

/**
 * The context that a step left behind, as it was kept; principal and grants are the run's own, whoever kept it.
 * @throws ReeveError `option-invalid` where it can't be one
 */
export function reviveContext(run: Context, kept: unknown): Context {
  checkContextRequest(kept);
  return deepFreeze({
    domain: kept.domain ?? run.domain,
    agentType: kept.agentType ?? run.agentType,
    priority: kept.priority ?? run.priority,
    attributes: kept.attributes ?? {},
    principal: run.principal,
    grants: run.grants,
  });
}

/** The part of a context that is kept when a step has changed it. */
export function keptPart({ domain, agentType, priority, attributes }: Context): ContextChange {
  return { domain, agentType, priority, attributes };
}

function checkChange(change: unknown): void {
  const fixed =
    typeof change === "object" && change !== null
      ? ["principal", "grants"].find((key) => Object.hasOwn(change, key))
      : undefined;
  if (fixed !== undefined) {
    throw new ReeveError("permission-denied", `ctx.with can't change ${fixed}`, {
      hint: `a step changes ${CHANGEABLE.join(", ")} and attributes; delegate(…) can narrow grants`,
    });
  }
  checkContextRequest(change);
}

function withoutUndefined(attributes: {
  readonly [key: string]: AttributeValue | undefined;
}): Context["attributes"] {
  const kept: [string, AttributeValue][] = [];
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) kept.push([key, value]);
  return Object.fromEntries(kept);
}

function* differences(before: Context, after: Context): Generator<ContextDifference> {
  for (const key of CHANGEABLE) {
    if (before[key] !== after[key]) yield { key, before: before[key], after: after[key] };
  }
  const names = new Set([...Object.keys(before.attributes), ...Object.keys(after.attributes)]);
  for (const name of names) {
    const was = Object.hasOwn(before.attributes, name);
    const is = Object.hasOwn(after.attributes, name);
    if (was && is && isDeepStrictEqual(before.attributes[name], after.attributes[name])) continue;
    yield {
      key: `attributes.${name}`,
      ...(was && { before: before.attributes[name] }),
      ...(is && { after: after.attributes[name] }),
    };
  }
}

function severityOf(diff: readonly ContextDifference[]): ChangeSeverity {
  if (diff.some(({ key }) => key === "domain" || key === "agentType")) return "critical";
  return diff.some((one) => one.key !== "priority" && "before" in one) ? "moderate" : "minor";
}
