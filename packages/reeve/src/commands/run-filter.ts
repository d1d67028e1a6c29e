/** Which runs a command is about: the conditions that `reeve runs` and `reeve bulk` share. */
import { OUTCOME_STATUSES, RUN_STATES, type RunQuery } from "@reeve/core";
import type { Call, Command } from "../command-line/command.ts";
import { usageError } from "../command-line/command-error.ts";
import { oneOf } from "../command-line/one-of.ts";

type Filter = Pick<RunQuery, "states" | "outcomes" | "pattern" | "domain">;

const LIMIT_MAX = 1_000;

export const FILTER_OPTIONS: Command["options"] = {
  state: { kind: "list", value: "STATE", summary: `only these: ${RUN_STATES.join(", ")}` },
  unfinished: { kind: "flag", summary: "only runs that have not ended" },
  outcome: { kind: "list", value: "OUTCOME", summary: `only these: ${OUTCOME_STATUSES.join(", ")}` },
  pattern: { kind: "text", value: "NAME", summary: "only runs of this pattern" },
  domain: { kind: "text", value: "NAME", summary: "only runs in this domain" },
};

export function limitOption(standard: number): Command["options"] {
  const summary = `how many, up to ${LIMIT_MAX} (default: ${standard})`;
  return { limit: { kind: "text", value: "N", short: "n", summary } };
}

/** @throws CommandError */
export function filterOf({ given }: Call): Filter {
  const states = namesOf("--state", given.list("state"), RUN_STATES);
  const unfinished = given.flag("unfinished") ? RUN_STATES.filter((state) => state !== "ended") : undefined;
  if (states && unfinished) throw usageError("--state and --unfinished exclude each other");
  const outcomes = namesOf("--outcome", given.list("outcome"), OUTCOME_STATUSES);
  const pattern = given.text("pattern");
  const domain = given.text("domain");
  const wanted = states ?? unfinished;
  return {
    ...(wanted ? { states: wanted } : {}),
    ...(outcomes ? { outcomes } : {}),
    ...(pattern === undefined ? {} : { pattern }),
    ...(domain === undefined ? {} : { domain }),
  };
}

/** @throws CommandError */
export function limitOf({ given }: Call, standard: number): number {
  const limit = given.text("limit") ?? String(standard);
  if (/^\d{1,4}$/.test(limit) && Number(limit) >= 1 && Number(limit) <= LIMIT_MAX) return Number(limit);
  throw usageError(`--limit is '${limit}'`, `use a whole number from 1 to ${LIMIT_MAX}`);
}

function namesOf<Name extends string>(
  option: string,
  given: readonly string[],
  names: readonly Name[],
): readonly Name[] | undefined {
  const words = given.flatMap((each) => each.split(","));
  return words.length === 0 ? undefined : words.map((word) => oneOf(option, word, names));
}
