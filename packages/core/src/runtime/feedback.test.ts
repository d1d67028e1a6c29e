import { expect, test } from "vitest";
import { agent } from "../delegation/agent.ts";
import { memoryEngine } from "../engine/memory/memory-engine.ts";
import { sequential } from "../patterns/sequential.ts";
import { createRuntime, type Runtime } from "../runtime.ts";
import { secret } from "../secrets/secret.ts";

const pattern = sequential("answer", { steps: [agent("write", { run: async () => "done" })] });

function open(): Promise<Runtime> {
  return createRuntime({ patterns: [pattern], engine: memoryEngine() });
}

test.each([
  ["a score above 1", [1.5], "feedback: score is 1.5"],
  ["a negative score", [-0.1], "feedback: score is -0.1"],
  ["NaN", [Number.NaN], "feedback: score is NaN"],
  ["a text for the score", ["0.5"], "feedback: score is 0.5"],
  ["a text for the options", [0.5, "good"], "feedback: options is good"],
  ["a note that is no text", [0.5, { note: 7 }], "feedback: note is 7"],
])("%s is refused with what was given", async (_what, args, message) => {
  await using runtime = await open();
  const run = await runtime.start(pattern, undefined);
  await run.outcome();
  await expect(Reflect.apply(run.feedback, run, args)).rejects.toMatchObject({
    code: "option-invalid",
    message: expect.stringContaining(message),
  });
});

test("feedback on a run that nobody knows is refused", async () => {
  await using runtime = await open();
  await expect(runtime.run("nobody").feedback(1)).rejects.toMatchObject({ code: "run-not-found" });
});

test("a note that tells a secret of the run is kept without it, also long after the run's end", async () => {
  await using runtime = await open();
  const run = await runtime.start(pattern, { key: secret("correct-horse-battery") });
  await run.outcome();
  await run.feedback(0, { note: "it showed correct-horse-battery to the customer" });
  const events = await Array.fromAsync(run.events());
  const given = events.find((event) => event.kind === "feedback-given");
  expect(given).toMatchObject({ score: 0, before: 1, note: "it showed [redacted] to the customer" });
});

test("a long note is cut", async () => {
  await using runtime = await open();
  const run = await runtime.start(pattern, undefined);
  await run.outcome();
  await run.feedback(0.5, { note: "x".repeat(5_000) });
  const given = (await Array.fromAsync(run.events())).at(-1);
  expect(given?.kind === "feedback-given" && given.note?.length).toBe(1_000);
});
