/** `reeve feedback`: says how good a run's result was, from any terminal, also long after its end. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Event, RunHandle } from "@reeve/core";
import { openAccess } from "../access/open-access.ts";
import { ACCESS_OPTIONS, JSON_OPTION, type Command } from "../command-line/command.ts";
import { usageError } from "../command-line/command-error.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { findRun } from "./find-run.ts";
import { tellTaken } from "./tell-taken.ts";

type Feedback = Extract<Event, { readonly kind: "feedback-given" }>;

/** An owner looks into its inbox several times within this time. */
const ECHO_MS = 2_000;
const LOOK_EVERY_MS = 100;

export const feedbackCommand: Command = {
  name: "feedback",
  words: ["RUN", "SCORE"],
  summary: "say how good a run's result was, 0 to 1; its pattern learns from it",
  examples: [
    ["reeve feedback import-42 0", "the result was of no use after all; the outcome stays"],
    ['reeve feedback import-42 0.8 --note "two rows were missing"', "the note is shown with the run"],
  ],
  options: {
    note: { kind: "text", value: "TEXT", summary: "why; shown with the run" },
    ...JSON_OPTION,
    ...ACCESS_OPTIONS,
  },
  run: async (call) => {
    const { given } = call;
    const score = parseScore(given.word(1));
    const note = given.text("note");
    await using runtime = await openAccess(call, "guest");
    const run = runtime.run(given.word(0));
    const { state } = await findRun(runtime, run.id);
    const from = (await givenSince(run, 0)).at(-1)?.position ?? 0;
    await run.feedback(score, note === undefined ? {} : { note });
    const taken = await awaitGiven(run, from, score);
    tellTaken(call, {
      taken: taken !== undefined,
      done: `run ${run.id}: ${score} is noted; ${effectOf(taken, state === "ended")}`,
      later: `run ${run.id} gets the feedback`,
      json: { run: run.id, score, before: taken?.before ?? null, note: note ?? null },
    });
    return EXIT.ok;
  },
};

/** @throws CommandError */
function parseScore(given: string): number {
  const score = /^(0|1|[01]?\.\d+)$/.test(given) ? Number(given) : Number.NaN;
  if (score >= 0 && score <= 1) return score;
  throw usageError(`SCORE is '${given}'`, "give a number from 0 (of no use) to 1 (as wanted), such as 0.8");
}

function effectOf(taken: Feedback | undefined, hasEnded: boolean): string {
  if (taken?.before !== undefined) return `what it taught before was ${taken.before}`;
  return hasEnded
    ? "the run taught nothing, so nothing is corrected"
    : "it counts once the run has completed";
}

/** The owner writes it to the log; a run that has ended is not followed, so it is looked for. */
async function awaitGiven(run: RunHandle, from: number, score: number): Promise<Feedback | undefined> {
  for (let waitedMs = 0; ; waitedMs += LOOK_EVERY_MS) {
    const found = (await givenSince(run, from)).find((event) => event.score === score);
    if (found || waitedMs >= ECHO_MS) return found;
    await sleep(LOOK_EVERY_MS);
  }
}

async function givenSince(run: RunHandle, from: number): Promise<Feedback[]> {
  const given: Feedback[] = [];
  for await (const event of run.events({ from, follow: false }))
    if (event.kind === "feedback-given") given.push(event);
  return given;
}
