/** Builds patterns from their declarations, with the constructors that code uses, so that the same checks hold. */
import type {
  DegradeNode,
  MetaNode,
  Pattern,
  PatternNode,
  SequentialNode,
  ParallelNode,
} from "../../delegation/pattern.ts";
import { approval } from "../../patterns/approval.ts";
import { degrade } from "../../patterns/degrade.ts";
import { delay } from "../../patterns/delay.ts";
import { delegate } from "../../patterns/delegate.ts";
import { buildMeta } from "../../patterns/meta.ts";
import { parallel } from "../../patterns/parallel.ts";
import { sequential } from "../../patterns/sequential.ts";
import { step } from "../../patterns/step.ts";
import type { Declared, DeclaredBody, DeclaredHead, DeclaredPhase } from "./declaration.ts";

/** @throws ReeveError `stored-patterns-invalid` */
export type PartNamed = (name: string) => PatternNode;

/** @throws ReeveError `pattern-invalid`, and what `partNamed` throws. */
export function buildPattern(
  name: string,
  head: DeclaredHead,
  body: DeclaredBody,
  partNamed: PartNamed,
): SequentialNode | ParallelNode | MetaNode | DegradeNode {
  const built = (declared: Declared): PatternNode => build(declared, partNamed);
  switch (body.kind) {
    case "sequential":
      return sequential(name, { ...head, steps: body.steps.map(built) });
    case "parallel": {
      const { kind: _kind, tasks, tolerate, ...options } = body;
      const named = Object.fromEntries(tasks.map(([task, declared]) => [task, built(declared)]));
      return parallel(name, {
        ...head,
        ...options,
        tasks: named,
        ...(tolerate && !("failureRate" in tolerate) && { tolerate }),
      });
    }
    case "meta":
      return buildMeta(name, {
        ...head,
        phases: body.phases.map((phase) => phaseOptions(phase, built)),
        rollback: body.rollback,
      });
    case "degrade": {
      const resources = Object.fromEntries(body.levels.map(([level, limits]) => [level.name, limits]));
      return degrade(
        name,
        body.levels.map(([level]) => built(level)),
        { ...head, resources },
      );
    }
  }
}

function build(declared: Declared, partNamed: PartNamed): PatternNode {
  switch (declared.kind) {
    case "part":
      return partNamed(declared.name);
    case "step":
      return step(build(declared.step, partNamed), { name: declared.name });
    case "approval": {
      const { kind: _kind, name, ...options } = declared;
      return approval(name, options);
    }
    case "delay":
      return delay(declared.ms, { name: declared.name });
    case "delegate": {
      const { kind: _kind, context, ...options } = declared;
      return delegate(context, options);
    }
    case "sequential":
    case "parallel":
    case "meta":
    case "degrade":
      return buildPattern(declared.name, declared.head, declared, partNamed);
  }
}

function phaseOptions(phase: DeclaredPhase, built: (declared: Declared) => PatternNode) {
  const { name, coordination, patterns, coverageMin, errorRate, slowdown, resources } = phase;
  return {
    name,
    coordination,
    patterns: patterns.map(built),
    ...(coverageMin !== undefined && { success: { coverageMin } }),
    ...((errorRate !== undefined || slowdown !== undefined) && {
      rollbackOn: {
        ...(errorRate !== undefined && { errorRate }),
        ...(slowdown !== undefined && { slowdown }),
      },
    }),
    ...(resources && { resources }),
  };
}

/** A pattern of a kind that can be declared. */
export type Storable = Extract<Pattern, { readonly kind: DeclaredBody["kind"] }>;
