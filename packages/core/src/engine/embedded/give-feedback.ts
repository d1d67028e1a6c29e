/**
 * Appends feedback to a run's events. A run that has ended is not in memory: its number in the run is the next one
 * after all that was said of it so far, whether that is on disk or on its way there.
 */
import type { Event, Fact } from "../../delegation/event.ts";
import { taughtScore } from "../../delegation/taught-score.ts";
import type { FeedbackRequest } from "../engine.ts";
import type { RunRow } from "../store.ts";
import { redactFact } from "./redact-fact.ts";
import { remember } from "./run-memory.ts";
import { RunSecrets } from "./run-secrets.ts";
import type { Opened } from "./wire.ts";

type FeedbackGiven = Extract<Fact, { readonly kind: "feedback-given" }>;
type FeedbackHost = Pick<Opened, "store" | "committer" | "runs" | "retention" | "secrets">;

/** @throws ReeveError `secret-key-missing`, `file-damaged` */
export function giveFeedback(row: RunRow, request: FeedbackRequest, host: FeedbackHost): void {
  const { score, note, by } = request;
  const { committer, runs, retention } = host;
  const before = taughtSoFar(row, host);
  const fact: FeedbackGiven = {
    kind: "feedback-given",
    score,
    ...(before !== undefined && { before }),
    pattern: row.pattern,
    domain: row.context.domain,
    by,
    ...(note !== undefined && { note }),
  };
  const task = runs.wake(row);
  if (task) {
    task.giveFeedback(fact);
    return;
  }
  retention.appended(row.id);
  const seq = (runs.lastEvent(row.key)?.seq ?? 0) + 1;
  committer.addEvent(row.key, row.id, seq, withoutSecretsOf(row, fact, host));
}

/** A note may tell a secret of the run, which nobody knows any more once it has left memory. */
function withoutSecretsOf(row: RunRow, fact: FeedbackGiven, { store, secrets }: FeedbackHost): Fact {
  if (fact.note === undefined) return fact;
  const known = new RunSecrets(secrets, remember(store, row.key), () => {});
  try {
    known.remember(row.context);
    return redactFact(fact, secrets.vault);
  } finally {
    known.release();
  }
}

/** What the run has taught; undefined where it has not ended, or teaches nothing. */
function taughtSoFar(row: RunRow, host: FeedbackHost): number | undefined {
  for (const event of lastFirst(row, host)) {
    if (event.kind === "feedback-given" && event.before !== undefined) return event.score;
    if (event.kind !== "run-ended") continue;
    const isForked = row.origin?.forkedFrom !== undefined;
    return taughtScore({ status: event.outcome.status, score: event.score, isForked });
  }
  return undefined;
}

/** The run's events from its last one on; where it has not ended, none. */
function* lastFirst(row: RunRow, { store, committer }: FeedbackHost): Generator<Event, void> {
  if (row.state !== "ended") return;
  yield* committer.uncommittedEvents(row.key).toReversed();
  let event = store.lastEvent(row.key);
  while (event) {
    yield event;
    event = event.seq > 1 ? store.history(row.key, event.seq - 2, 1)[0] : undefined;
  }
}
