/**
 * What the server knows of the log as a whole: how runs ended lately, failures in groups, who did what, and what needs
 * a person's look. Bounded, whatever the length of the log.
 */
import type { Event, Fold } from "@reeve/core";
import { z } from "zod";
import { actSchema } from "../contract/control.ts";
import { failureGroupSchema } from "../contract/overview.ts";
import { errorViewSchema } from "../contract/run-detail.ts";
import { ACTS, actOf } from "./act-of.ts";
import { dropOldest, emptyBoard, type Board } from "./board.ts";
import { noteEnd } from "./note-end.ts";

const ACTS_MAX = 1_000;
const STRANDED_MAX = 1_000;

export const boardFold: Fold<Board> = {
  name: "server-board",
  version: 1,
  kinds: [...ACTS, "run-started", "run-ended", "run-stranded", "run-unstranded"],
  lazy: true,
  initial: emptyBoard,
  apply: (board, event) => {
    take(board, event);
    return board;
  },
  save,
  revive,
};

function take(board: Board, event: Event): void {
  const act = actOf(event);
  if (act && board.acts.push(act) > ACTS_MAX) board.acts.shift();
  switch (event.kind) {
    case "run-started": {
      // Whoever forks or retries a run has seen what it left behind.
      const { forkedFrom } = event.origin ?? {};
      if (forkedFrom) board.leftovers.delete(forkedFrom.run);
      return;
    }
    case "run-ended":
      board.stranded.delete(event.run);
      noteEnd(board, event);
      return;
    case "run-stranded":
      board.stranded.set(event.run, {
        run: event.run,
        at: event.at,
        reason: event.reason,
        hint: event.hint,
      });
      dropOldest(board.stranded, STRANDED_MAX);
      return;
    case "run-unstranded":
      board.stranded.delete(event.run);
      return;
    default:
      return;
  }
}

function save({ endings, failures, failuresDropped, acts, leftovers, stranded }: Board): unknown {
  return {
    endings: [...endings],
    failures: [...failures],
    failuresDropped,
    acts,
    leftovers: [...leftovers],
    stranded: [...stranded],
  };
}

const endingSchema = z.object({
  run: z.string(),
  at: z.number(),
  bad: z.boolean(),
  error: errorViewSchema.nullable(),
});

const leftoverSchema = z.object({
  kind: z.enum(["rollback-failed", "unsure"]),
  run: z.string(),
  pattern: z.string(),
  paths: z.array(z.string()),
  at: z.number(),
  detail: z.string(),
});

const strandSchema = z.object({ run: z.string(), at: z.number(), reason: z.string(), hint: z.string() });

const savedSchema = z.object({
  endings: z.array(z.tuple([z.string(), z.array(endingSchema)])),
  failures: z.array(z.tuple([z.string(), failureGroupSchema])),
  failuresDropped: z.number(),
  acts: z.array(actSchema),
  leftovers: z.array(z.tuple([z.string(), leftoverSchema])),
  stranded: z.array(z.tuple([z.string(), strandSchema])),
});

function revive(saved: unknown): Board {
  const { endings, failures, failuresDropped, acts, leftovers, stranded } = savedSchema.parse(saved);
  return {
    endings: new Map(endings),
    failures: new Map(failures),
    failuresDropped,
    acts,
    leftovers: new Map(leftovers),
    stranded: new Map(stranded),
  };
}
