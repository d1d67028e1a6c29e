/** The filters, order and page of the list of runs, from the address and back. Pure. */
import type { RunsQuery } from "../connection/contract.ts";

export type State = NonNullable<RunsQuery["states"]>[number];
export type Outcome = NonNullable<RunsQuery["outcomes"]>[number];

export const STATES: readonly State[] = ["queued", "running", "waiting", "paused", "undoing", "stranded"];

export const OUTCOMES: readonly Outcome[] = [
  "completed",
  "failed",
  "rolled-back",
  "rollback-failed",
  "timed-out",
  "rejected",
  "cancelled",
];

/** Filters people ask for most, each as the value of `status` in the address. */
export const PRESETS: readonly { readonly value: string; readonly label: string }[] = [
  { value: "", label: "All" },
  { value: "unfinished", label: "Unfinished" },
  { value: "bad", label: "Went wrong" },
  { value: "completed", label: "Completed" },
];

export const PAGE_SIZE = 50;

const bad: readonly Outcome[] = ["failed", "rolled-back", "rollback-failed", "timed-out", "rejected"];

/** Reads one parameter of the address; "" where it is not there. */
export type ReadParameter = (name: string) => string;

/** What to ask the server for; what the address says wrongly is left out. */
export function runsQuery(parameter: ReadParameter, now: number): RunsQuery {
  const status = statusFilter(parameter("status"));
  const pattern = parameter("pattern");
  const domain = parameter("domain");
  const since = Number(parameter("since"));
  const sort = (["started", "ended", "duration"] as const).find((name) => name === parameter("sort"));
  const after = parameter("after");
  return {
    ...status,
    ...(pattern === "" ? {} : { pattern }),
    ...(domain === "" ? {} : { domain }),
    // To the minute, so that the same question has the same address for a while.
    ...(since > 0 ? { startedFrom: Math.floor((now - since) / 60_000) * 60_000 } : {}),
    ...(sort === undefined ? {} : { sort }),
    ...(parameter("order") === "up" ? { descending: false } : {}),
    ...(after === "" ? {} : { after }),
    limit: PAGE_SIZE,
  };
}

function statusFilter(text: string): Pick<RunsQuery, "states" | "outcomes"> {
  if (text === "unfinished") return { states: STATES };
  if (text === "bad") return { outcomes: bad };
  const names = text.split(",");
  const states = STATES.filter((state) => names.includes(state));
  const outcomes = OUTCOMES.filter((outcome) => names.includes(outcome));
  return {
    ...(states.length === 0 ? {} : { states }),
    ...(outcomes.length === 0 ? {} : { outcomes }),
  };
}

/** The words of the command that lists the same. */
export function runsCommand(query: RunsQuery): string[] {
  const words = ["reeve", "runs"];
  if (query.states !== undefined) words.push("--state", query.states.join(","));
  if (query.outcomes !== undefined) words.push("--outcome", query.outcomes.join(","));
  if (query.pattern !== undefined) words.push("--pattern", query.pattern);
  if (query.domain !== undefined) words.push("--domain", query.domain);
  return words;
}
