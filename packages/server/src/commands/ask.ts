/** Answers what only the runtime itself knows, since it takes its patterns' code; on its own thread, for who may read. */
import { patternsBelow, surveyPatterns, type CallerOptions, type Runtime } from "@reeve/core";
import type { ChoicePreviewView, RegisteredView, RegistryView } from "../contract/question.ts";
import type { Route } from "../contract/route.ts";
import { routes } from "../contract/routes.ts";
import { act, isAction, type ActionName } from "./act.ts";

/** Routes that change nothing, and are answered by the runtime all the same. */
export type QuestionName = "choose" | "registry";

/** Everything that the server asks of the runtime. */
export type RequestName = ActionName | QuestionName;

type Question = (runtime: Runtime, given: unknown, caller: CallerOptions) => Promise<unknown>;

const questions: { readonly [Name in QuestionName]: Question } = {
  choose: question(routes.choose, async (runtime, context, caller): Promise<ChoicePreviewView> => {
    const preview = await runtime.as(caller).choose(context);
    const { pattern = null, recovery = null, refused } = preview;
    return {
      ...preview,
      pattern,
      recovery,
      refused: refused ? { ...refused, hint: refused.hint ?? null } : null,
    };
  }),
  registry: question(routes.registry, async (runtime, { name }): Promise<RegistryView> => {
    const all = runtime.patterns;
    const asked = name === undefined ? all : patternsBelow(all, name);
    const patterns = surveyPatterns(asked, all).map(
      ({ description = null, matches, ...rest }): RegisteredView => ({
        ...rest,
        description,
        matches: matches ? { ...matches } : null,
      }),
    );
    return { patterns, names: [...new Set(all.map((each) => each.name))] };
  }),
};

export function isQuestion(name: string): name is QuestionName {
  return Object.hasOwn(questions, name);
}

export function isRequest(name: string): name is RequestName {
  return isQuestion(name) || isAction(name);
}

/** @throws what the runtime throws: a ReeveError where the request is at fault */
export function carryOut(
  runtime: Runtime,
  name: RequestName,
  given: unknown,
  caller: CallerOptions,
): Promise<unknown> {
  return isQuestion(name) ? questions[name](runtime, given, caller) : act(runtime, name, given, caller);
}

function question<Input, Output>(
  { input }: Route<Input, Output>,
  answer: (runtime: Runtime, input: Input, caller: CallerOptions) => Promise<Output>,
): Question {
  return async (runtime, given, caller) => answer(runtime, input.parse(given), caller);
}
