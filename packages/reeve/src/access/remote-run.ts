/**
 * A run behind a server, as a run of this process is: everything is asked of the server's log. Events to come are asked
 * for page by page, since a client that looks four times a second needs no connection that stays open.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { visibleChoice, type Event, type Outcome, type RunHandle } from "@reeve/core";
import type { Client } from "@reeve/server/client";
import { recordOf } from "./remote-record.ts";

const EVENTS_PER_PAGE = 2_000;
const LOOK_EVERY_MS = 250;
/** A server that is started anew is waited for. */
const LOOKS_WITHOUT_ANSWER_MAX = 80;
const OUTPUT_CHARACTERS_MAX = 100_000_000;

type Ended = Extract<Event, { readonly kind: "run-ended" }>["outcome"];

export function remoteRun(client: Client, id: string): RunHandle {
  /** How it ended, once that was read. */
  let ended: Ended | undefined;
  const events: RunHandle["events"] = async function* ({ from = 0, follow = true, signal } = {}) {
    let position = from;
    let isEnded = false;
    let isAsked = false;
    let unanswered = 0;
    for (;;) {
      if (signal?.aborted) return;
      const page = await client
        .runEvents({ id, from: position, limit: EVENTS_PER_PAGE })
        .catch((error: unknown) => {
          if (!follow || !isNoAnswer(error) || ++unanswered > LOOKS_WITHOUT_ANSWER_MAX) throw error;
          return undefined;
        });
      if (page) unanswered = 0;
      for (const event of page?.events ?? []) {
        if (signal?.aborted) return;
        position = event.position;
        if (!isEvent(event)) continue;
        if (event.kind === "run-ended") [ended, isEnded] = [event.outcome, true];
        yield event;
      }
      if (page && page.next !== null) continue;
      if (page && (!follow || isEnded)) return;
      // Whoever begins after its end sees no event of it; what was said meanwhile is read once more.
      if (page && !isAsked) {
        isAsked = true;
        isEnded = (await client.run({ id })).run.state === "ended";
      }
      if (!isEnded) await sleep(LOOK_EVERY_MS);
    }
  };
  return {
    id,
    events,
    record: async () => {
      const { run, attributes, grants } = await client.run({ id });
      return recordOf(run, { attributes, grants });
    },
    outcome: async () => {
      if (!ended) for await (const event of events()) if (event.kind === "run-ended") break;
      if (!ended) throw new Error(`the log of the server has no end of run '${id}'`);
      return outcomeOf(client, id, ended);
    },
    choice: async () => {
      const { events: first } = await client.runEvents({ id, limit: 1 });
      const event: unknown = first[0];
      return isEvent(event) && event.kind === "run-started" && event.choice
        ? visibleChoice(event.choice, () => true)
        : undefined;
    },
    cancel: async (reason) => void (await client.cancel({ id, ...(reason !== undefined && { reason }) })),
    pause: async (reason) => void (await client.pause({ id, ...(reason !== undefined && { reason }) })),
    resume: async () => void (await client.resume({ id })),
    signal: async (name, answer, options = {}) =>
      void (await client.signal({ id, name, ...(answer !== undefined && { answer }), ...options })),
    feedback: async (score, options = {}) => void (await client.feedback({ id, score, ...options })),
    retry: async ({ id: newId } = {}) => {
      const started = await client.retry({ id, ...(newId !== undefined && { newId }) });
      return remoteRun(client, started.id);
    },
    fork: async ({ id: newId, ...options }) => {
      const started = await client.fork({ id, ...options, ...(newId !== undefined && { newId }) });
      return remoteRun(client, started.id);
    },
  };
}

/** The contract has checked what all events have; the rest is that of the log, whose version the server's is. */
function isEvent(value: unknown): value is Event {
  return typeof value === "object" && value !== null && "kind" in value;
}

function isNoAnswer(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "runtime-unavailable";
}

async function outcomeOf(client: Client, id: string, ended: Ended): Promise<Outcome> {
  if (ended.status !== "completed") return ended;
  const { text } = await client.runValue({ id, which: "output", characters: OUTPUT_CHARACTERS_MAX });
  const output: unknown = text === "undefined" ? undefined : JSON.parse(text);
  const { status, level } = ended;
  return { status, output, ...(level !== undefined && { level }) };
}
