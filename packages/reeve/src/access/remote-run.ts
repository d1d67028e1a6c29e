/** A run behind a server, as a run of this process is: everything is asked of the server's log. */
import { visibleChoice, type Event, type Outcome, type RunHandle } from "@reeve/core";
import type { Client } from "@reeve/server/client";
import { isEvent, remoteEvents } from "./remote-events.ts";
import { recordOf } from "./remote-record.ts";

const OUTPUT_CHARACTERS_MAX = 100_000_000;

type Ended = Extract<Event, { readonly kind: "run-ended" }>["outcome"];

export function remoteRun(client: Client, id: string): RunHandle {
  /** How it ended, once that was read. */
  let ended: Ended | undefined;
  const events: RunHandle["events"] = async function* (options) {
    for await (const event of remoteEvents(client, id, options)) {
      if (event.kind === "run-ended") ended = event.outcome;
      yield event;
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

async function outcomeOf(client: Client, id: string, ended: Ended): Promise<Outcome> {
  if (ended.status !== "completed") return ended;
  const { text } = await client.runValue({ id, which: "output", characters: OUTPUT_CHARACTERS_MAX });
  const output: unknown = text === "undefined" ? undefined : JSON.parse(text);
  const { status, level } = ended;
  return { status, output, ...(level !== undefined && { level }) };
}
