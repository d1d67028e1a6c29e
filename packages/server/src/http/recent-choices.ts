/** Which runs began with a choice lately. Owns no more than their names: what was chosen, and why, stands in the log. */
import type { Event, Fold } from "@reeve/core";
import { z } from "zod";

const CHOICES_MAX = 500;

interface ChosenRun {
  readonly run: string;
  readonly at: number;
  readonly pattern: string | null;
  readonly domain: string;
}

export interface RecentChoices {
  /** The oldest first. */
  readonly runs: readonly ChosenRun[];
}

const savedSchema: z.ZodType<RecentChoices> = z.object({
  runs: z.array(
    z.object({
      run: z.string(),
      at: z.number(),
      pattern: z.string().nullable(),
      domain: z.string(),
    }),
  ),
});

export const recentChoices: Fold<RecentChoices> = {
  name: "server-recent-choices",
  version: 1,
  kinds: ["run-started"],
  lazy: true,
  initial: () => ({ runs: [] }),
  apply: take,
  save: (state) => state,
  revive: (saved) => savedSchema.parse(saved),
};

function take(state: RecentChoices, event: Event): RecentChoices {
  if (event.kind !== "run-started" || !event.choice) return state;
  const chosen = {
    run: event.run,
    at: event.at,
    pattern: event.choice.pattern ?? null,
    domain: event.context.domain,
  };
  return { runs: [...state.runs, chosen].slice(-CHOICES_MAX) };
}
