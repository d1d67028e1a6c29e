import { expect, test } from "vitest";
import { z } from "zod";
import { agent } from "../delegation/agent.ts";
import type { Pattern } from "../delegation/pattern.ts";
import { memoryEngine } from "../engine/memory/memory-engine.ts";
import { approval } from "../patterns/approval.ts";
import { forEach } from "../patterns/for-each.ts";
import { parallel } from "../patterns/parallel.ts";
import { sequential } from "../patterns/sequential.ts";
import { step } from "../patterns/step.ts";
import { when } from "../patterns/when.ts";
import { createRuntime } from "../runtime.ts";
import { addressSignal, checkAnswer } from "./address-signal.ts";

const boss = approval("boss");
const fulfil: Pattern = sequential("orders.fulfil", {
  steps: [
    when("large", { if: () => true, then: approval("second-look") }),
    parallel("both", {
      tasks: { left: sequential("one", { steps: [boss] }), right: sequential("two", { steps: [boss] }) },
    }),
    approval("50% [now]"),
  ] as never,
});
const each: Pattern = forEach("each", {
  items: () => [1, 2],
  step: sequential("one", { steps: [approval("boss")] }),
});

test("a whole path means the approval at it", () => {
  expect(addressSignal(fulfil, "large/second-look")).toMatchObject({
    path: "large/second-look",
    node: { name: "second-look" },
  });
  expect(addressSignal(fulfil, "both/right/boss")).toMatchObject({ path: "both/right/boss" });
});

test("the last part is enough where it is the only one", () => {
  expect(addressSignal(fulfil, "second-look").path).toBe("large/second-look");
});

test("a name that is a whole path means that one, though others end with it", () => {
  const pattern = sequential("two", { steps: [sequential("inner", { steps: [boss] }), boss] as never });
  expect(addressSignal(pattern, "boss").path).toBe("boss");
  expect(addressSignal(pattern, "inner/boss").path).toBe("inner/boss");
});

test("a name with characters that paths escape is found as it was written, and by its path", () => {
  expect(addressSignal(fulfil, "50% [now]").path).toBe("50%25 %5bnow%5d");
  expect(addressSignal(fulfil, "50%25 %5bnow%5d").node.name).toBe("50% [now]");
});

test("a name that more than one approval has is refused, and the paths are named", () => {
  expect(() => addressSignal(fulfil, "boss")).toThrow(
    expect.objectContaining({
      code: "signal-ambiguous",
      hint: "use the whole path, one of: 'both/left/boss', 'both/right/boss'",
    }),
  );
});

test.each(["nobody", "large", "look", "large/", "/large/second-look", "second-look/large", ""])(
  "an unknown name is refused, and what is awaited is named: '%s'",
  (name) => {
    expect(() => addressSignal(fulfil, name)).toThrow(
      expect.objectContaining({
        code: "signal-unknown",
        message: `pattern 'orders.fulfil' awaits no signal '${name}'`,
        hint: expect.stringContaining("'large/second-look', 'both/left/boss'") as string,
      }),
    );
  },
);

test("a pattern without approvals says so", () => {
  const none = sequential("none", { steps: [agent("a", { run: () => 1 })] });
  expect(() => addressSignal(none, "boss")).toThrow(expect.objectContaining({ hint: "it has no approval" }));
});

test("for an approval of an item the hint tells how to name the item", () => {
  const hint =
    "use the whole path, one of: '[*]/boss'; * is the number of the item or iteration, counted from 0: '[0]/boss'";
  expect(() => addressSignal(each, "boss")).toThrow(expect.objectContaining({ hint }));
});

test("where a path shows a name percent-encoded, the hint says so", () => {
  const pattern = sequential("p", { steps: [approval("b/c")] });
  const hint = "it awaits: 'b%2fc'; names are percent-encoded in paths, so that / becomes %2f";
  expect(() => addressSignal(pattern, "c")).toThrow(expect.objectContaining({ hint }));
});

test("a refused answer names the path it was sent to, also of a renamed approval", async () => {
  const strict = approval("ok", { schema: z.boolean() });
  const pattern = sequential("p", { steps: [step(strict, { name: "again" })] as never });
  await expect(checkAnswer(addressSignal(pattern, "again"), 1)).rejects.toMatchObject({
    code: "signal-invalid",
    message: expect.stringMatching(/^'again' does not accept this answer: /) as string,
  });
});

test("an approval of an item needs the item's number", () => {
  expect(addressSignal(each, "[1]/boss").path).toBe("[1]/boss");
  expect(() => addressSignal(each, "boss")).toThrow(expect.objectContaining({ code: "signal-ambiguous" }));
  for (const name of ["[*]/boss", "[x]/boss", "[-1]/boss", "1/boss"])
    expect(() => addressSignal(each, name)).toThrow(expect.objectContaining({ code: "signal-unknown" }));
});

test("an answer is held against the approval's schema, and the parsed one is kept", async () => {
  const strict = approval("strict", {
    schema: z.object({ approved: z.boolean(), note: z.string().default("none") }),
  });
  expect(JSON.parse((await checkAnswer({ path: "strict", node: strict }, { approved: true })) ?? "")).toEqual(
    {
      approved: true,
      note: "none",
    },
  );
  await expect(checkAnswer({ path: "strict", node: strict }, { approved: "yes" })).rejects.toMatchObject({
    code: "signal-invalid",
    message: expect.stringMatching(/^'strict' does not accept this answer: approved: /) as string,
  });
  await expect(checkAnswer({ path: "strict", node: strict }, undefined)).rejects.toMatchObject({
    code: "signal-invalid",
  });
});

test("without a schema every answer that can be stored is kept", async () => {
  expect(await checkAnswer({ path: "boss", node: boss }, undefined)).toBeUndefined();
  expect(await checkAnswer({ path: "boss", node: boss }, "yes")).toBe('"yes"');
  await expect(checkAnswer({ path: "boss", node: boss }, () => 1)).rejects.toMatchObject({
    code: "value-not-storable",
  });
});

test("without notBy, who started the run may answer, also under a short name", async () => {
  const pattern = sequential("trusting", { steps: [sequential("inner", { steps: [boss] })] as never });
  await using runtime = await createRuntime({ patterns: [pattern], engine: memoryEngine() });
  const handle = await runtime.start(pattern, 1);
  await handle.signal("boss", true);
  expect(await handle.outcome()).toEqual({ status: "completed", output: 1 });
});

test('notBy "starter" keeps who started the run from answering, and the run waits on', async () => {
  const pattern = sequential("four-eyes", { steps: [approval("boss", { notBy: "starter" })] });
  await using runtime = await createRuntime({ patterns: [pattern], engine: memoryEngine() });
  const handle = await runtime.start(pattern, 1);
  await expect(handle.signal("boss", true)).rejects.toMatchObject({
    code: "permission-denied",
    message: "'boss' must not be answered by 'local', who started the run",
  });
  expect((await handle.record()).state).not.toBe("ended");
  await runtime.engine.signal(handle.id, { path: "boss", answer: "true", key: "k", by: "somebody else" });
  expect(await handle.outcome()).toEqual({ status: "completed", output: 1 });
});
