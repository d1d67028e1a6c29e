/**
 * Guesses what flows between steps from what they declare, without calling anything: whether the text of a function has
 * a use of its first parameter, and which schemas are the same object. What is left open is not reported.
 */
import type { ParallelNode, PatternNode, SequentialNode } from "../delegation/pattern.ts";
import type { Schema } from "../delegation/schema.ts";

/** Neighbours of which the second one ignores what the first one gives, by name. */
export function independentSteps({ steps }: SequentialNode): (readonly [before: string, after: string])[] {
  return steps.slice(1).flatMap((after, index) => {
    const before = steps[index];
    return before && works(before) && works(after) && ignoresInput(after)
      ? [[before.name, after.name] as const]
      : [];
  });
}

/** Tasks of which one takes what another gives, where no edge says that this is known. */
export function chainedTasks({ tasks, needs }: ParallelNode): (readonly [giver: string, taker: string])[] {
  const all = Object.entries(tasks);
  return all.flatMap(([taker, node]) => {
    const input = inputOf(node);
    if (!input) return [];
    return all
      .filter(([giver, other]) => {
        const isOwn = giver === taker || needs[taker]?.includes(giver) === true;
        return !isOwn && outputOf(other) === input && inputOf(other) !== input;
      })
      .map(([giver]) => [giver, taker] as const);
  });
}

/** Control steps order the work; they have none of their own. */
function works(node: PatternNode): boolean {
  return !["approval", "delay", "delegate", "when", "repeat"].includes(node.kind);
}

function ignoresInput(node: PatternNode): boolean {
  if (node.kind === "step") {
    if (node.input === undefined) return ignoresInput(node.step);
    return readsNothing(node.input);
  }
  // Of a thread or a process, the function called here says nothing about the work there.
  return (
    node.kind === "agent" && node.runsOn === "function" && node.input === undefined && readsNothing(node.run)
  );
}

/** A function's first parameter where it is a plain name, else an empty text; and all that comes after it. */
const FIRST_PARAMETER =
  /^(?:async\b\s*)?(?:function\b\s*)?(?:[\w$]+\s*(?=\())?(?:\(\s*(?:([\w$]+)\s*(?=[,)])|(?=\)))|([\w$]+)\s*(?==>))/;

/**
 * Whether a callback uses neither its first parameter nor an output by `outputOf`, as far as its text shows. Whatever the
 * text leaves open (a pattern of names, a default, a rest) counts as use.
 */
function readsNothing(callback: (...given: never) => unknown): boolean {
  const text = Function.prototype.toString.call(callback);
  const found = FIRST_PARAMETER.exec(text);
  if (!found) return false;
  const rest = text.slice(found[0].length);
  if (/\b(?:outputOf|arguments|eval)\b/.test(rest)) return false;
  const name = found[1] ?? found[2];
  return name === undefined || !rest.split(/[^\w$]+/).includes(name);
}

function inputOf(node: PatternNode): Schema | undefined {
  if (node.kind === "step") return node.input === undefined ? inputOf(node.step) : undefined;
  return "input" in node && typeof node.input !== "function" ? node.input : undefined;
}

function outputOf(node: PatternNode): Schema | undefined {
  if (node.kind === "step") return outputOf(node.step);
  if (node.kind === "agent") return node.output;
  const last = node.kind === "sequential" ? node.steps.at(-1) : undefined;
  return last && outputOf(last);
}
