/** What was learned, and why patterns were chosen, as the asker may see it: patterns that he may not use are not named. */
import {
  contextPreservation,
  contextsOf,
  visibleChoice,
  type ContextPlace,
  type Engine,
  type Event,
  type PatternContexts,
  type Runtime,
} from "@reeve/core";
import type {
  Choices,
  ChoicesQuery,
  ChoiceView,
  ConfidenceQuery,
  ConfidenceView,
  ContextPlaceView,
  ContextsView,
} from "../contract/learned.ts";
import { recentChoices } from "./recent-choices.ts";

const CHOICES_LIMIT = 20;

/** Whether the asker may use a pattern. */
export type MayUse = (pattern: string) => boolean;

export interface Learned {
  choices(query: ChoicesQuery, mayUse: MayUse): Promise<Choices>;
  contexts(mayUse: MayUse): readonly ContextsView[];
}

/** Whether who holds these grants, undefined: all that the runtime has, may use a pattern with these needs. */
export function mayUseWith(
  grants: readonly string[] | undefined,
  patterns: readonly { readonly name: string; readonly requires: readonly string[] }[],
): MayUse {
  if (grants === undefined) return () => true;
  const beyond = patterns.filter(({ requires }) => requires.some((grant) => !grants.includes(grant)));
  const hidden = new Set(beyond.map(({ name }) => name));
  return (pattern) => !hidden.has(pattern);
}

/** Follows the log with both folds. Kept by its owner, too, their checkpoints spare others reading the whole log. */
export async function openLearned(engine: Engine): Promise<Learned> {
  const [recent, preserved] = await Promise.all([
    engine.fold(recentChoices),
    engine.fold(contextPreservation),
  ]);
  return {
    choices: async ({ run, pattern, domain, limit = CHOICES_LIMIT }, mayUse) => {
      if (run !== undefined) return { choices: await choiceOf(engine, run, mayUse) };
      const choices: ChoiceView[] = [];
      for (const chosen of recent.state().runs.toReversed()) {
        if (choices.length === limit) break;
        if (pattern !== undefined && chosen.pattern !== pattern) continue;
        if (domain !== undefined && chosen.domain !== domain) continue;
        // Who may not use what was chosen is not told of the task either.
        if (chosen.pattern !== null && !mayUse(chosen.pattern)) continue;
        const start = await startOf(engine, chosen.run);
        if (start) choices.push(choiceView(start, mayUse));
      }
      return { choices };
    },
    contexts: (mayUse) =>
      contextsOf(preserved.state())
        .filter((one) => mayUse(one.pattern))
        .map(contextsView),
  };
}

/** What was learned so far, the patterns by name. */
export async function confidenceViews(
  runtime: Pick<Runtime, "confidence">,
  { pattern: only, domain: within }: ConfidenceQuery,
  mayUse: MayUse,
): Promise<readonly ConfidenceView[]> {
  const confidence = await runtime.confidence();
  const patterns = confidence
    .patterns()
    .filter((name) => mayUse(name) && (only === undefined || name === only));
  return patterns.toSorted().flatMap((pattern) => {
    const domains = confidence.domains(pattern).filter((name) => within === undefined || name === within);
    return domains.toSorted().map((domain): ConfidenceView => {
      const { mean, low, high, evidence, tries, doubt, durationMs, cost } = confidence.posterior(
        pattern,
        domain,
      );
      const believed = { pattern, domain, mean, low, high, evidence, tries };
      return {
        ...believed,
        doubt: doubt ? { share: doubt.share, mean: doubt.mean, deviation: doubt.deviation } : null,
        durationMs: durationMs ?? null,
        cost: cost ?? null,
      };
    });
  });
}

/** None where the run was not chosen for, or its asker may not know. */
async function choiceOf(engine: Engine, run: string, mayUse: MayUse): Promise<readonly ChoiceView[]> {
  const start = await startOf(engine, run);
  const { pattern } = start?.choice ?? {};
  if (!start?.choice || (pattern !== undefined && !mayUse(pattern))) return [];
  return [choiceView(start, mayUse)];
}

type Started = Extract<Event, { readonly kind: "run-started" }>;

/** Undefined where the run was trimmed. */
async function startOf(engine: Engine, run: string): Promise<Started | undefined> {
  for await (const event of engine.events({ run, follow: false })) {
    if (event.kind === "run-started") return event;
  }
  return undefined;
}

function choiceView({ run, at, context, choice }: Started, mayUse: MayUse): ChoiceView {
  const known = choice ?? { reason: "", evaluable: false, candidates: [] };
  const {
    pattern = null,
    reason,
    recovery = null,
    forced = false,
    candidates,
    others,
  } = visibleChoice(known, mayUse);
  return {
    run,
    at,
    domain: context.domain,
    pattern,
    reason,
    forced,
    recovery,
    candidates,
    others: others?.counts ?? {},
  };
}

function contextsView({ pattern, declaring, kept, broken, changed }: PatternContexts): ContextsView {
  return { pattern, declaring, kept, broken: broken.map(placeView), undeclared: changed.map(placeView) };
}

function placeView({ agent, severity, example, ...place }: ContextPlace): ContextPlaceView {
  const { run, before = null, after = null } = example;
  return { ...place, agent: agent ?? null, severity: severity ?? null, example: { run, before, after } };
}
