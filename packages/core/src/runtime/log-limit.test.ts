/** How much a run's log holds. */
import { expect, test } from "vitest";
import { agent } from "../delegation/agent.ts";
import type { Event } from "../delegation/event.ts";
import { memoryEngine } from "../engine/memory/memory-engine.ts";
import { sequential } from "../patterns/sequential.ts";
import { createRuntime } from "../runtime.ts";

async function eventsAfter(log: (say: (message: string) => void) => void): Promise<readonly Event[]> {
  const talk = agent("talk", { run: (_: unknown, ctx) => log(ctx.log.info) });
  const talking = sequential("talking", { steps: [talk] });
  await using runtime = await createRuntime({ patterns: [talking], engine: memoryEngine() });
  const run = await runtime.start(talking, undefined);
  await run.outcome();
  const events: Event[] = [];
  for await (const event of run.events()) events.push(event);
  return events;
}

function messagesIn(events: readonly Event[]): readonly string[] {
  return events.flatMap((event) => (event.kind === "step-logged" ? [event.message] : []));
}

test("of 1,005 lines a thousand are kept, and the run's end says how many were not", async () => {
  const events = await eventsAfter((say) => {
    for (let line = 1; line <= 1_005; line++) say(`line ${line}`);
  });
  const messages = messagesIn(events);
  expect(messages).toHaveLength(1_000);
  expect(messages.at(-1)).toBe("line 1000 (further lines of this run are dropped)");
  expect(events.at(-1)).toMatchObject({ kind: "run-ended", logDropped: 5 });
});

test("256 KB are kept, too; what does not fit is said to be left out, and counted", async () => {
  const line = "x".repeat(4_000);
  const events = await eventsAfter((say) => {
    for (let index = 0; index < 80; index++) say(line);
  });
  const messages = messagesIn(events);
  expect(messages).toHaveLength(66);
  expect(messages.slice(0, 65).every((message) => message === line)).toBe(true);
  expect(messages[65]).toBe("(further lines of this run are dropped)");
  expect(events.at(-1)).toMatchObject({ kind: "run-ended", logDropped: 15 });
  expect((await eventsAfter((say) => say("one"))).at(-1)).not.toHaveProperty("logDropped");
});
