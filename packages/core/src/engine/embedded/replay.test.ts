import { expect, test } from "vitest";
import type { Fork } from "../../delegation/event.ts";
import type { Completion } from "../engine.ts";
import { FACTS } from "../store-samples.ts";
import { Kept, type Result } from "./kept.ts";
import { Replay } from "./replay.ts";
import { RunMemory } from "./run-memory.ts";

const FORK: Fork = { run: "other", from: "b", input: 7, output: 8 };

function completion(seq: number, path: string, copied = false): Result {
  const event = { version: 1, run: "a", seq, position: seq, at: 0 } as const;
  return { ...event, ...FACTS["step-completed"], path, ...(copied && { copied }) };
}

function memoryOf(...completions: readonly Completion[]): RunMemory {
  const memory = new RunMemory();
  memory.completions.push(...completions);
  return memory;
}

function keptOf(...results: readonly Result[]): () => Kept {
  return () => new Kept(new Map(results.map((result) => [result.path, result])), new Map());
}

test("a walk is told the log's completions in order, each once, and none once the replay is over", () => {
  const [first, second] = [completion(2, "a"), completion(3, "b")];
  const replay = new Replay(memoryOf(first, second), undefined, undefined);
  expect([replay.next(), replay.next(), replay.next()]).toEqual([first, second, undefined]);
  const ended = new Replay(memoryOf(first, second), undefined, undefined);
  ended.next();
  ended.end();
  expect(ended.next()).toBeUndefined();
  expect(ended.isOver).toBe(true);
});

test("what the other run did is handed out as the walk asks for it, marked as copied", () => {
  const replay = new Replay(memoryOf(), FORK, keptOf(completion(2, "a"), completion(3, "c")));
  expect(replay.isFirstOfFork).toBe(true);
  expect(replay.isTakingOver).toBe(true);
  expect(replay.takeOver((path) => path === "c")).toMatchObject({ path: "c", copied: true });
  expect(replay.takeOver((path) => path === "c")).toBeUndefined();
  expect(replay.takeOver(() => true)).toMatchObject({ path: "a", copied: true });
  expect(replay.isTakingOver).toBe(false);
  expect(replay.takenOverAt("a")).toBeUndefined();
});

test("a fork that is walked again finds in its own log what it took over, up to the last copy", () => {
  const memory = memoryOf(completion(2, "a", true), completion(3, "b"));
  const replay = new Replay(memory, FORK, keptOf(completion(9, "a")));
  expect(replay.isFirstOfFork).toBe(false);
  expect(replay.takenOverAt("a")?.seq).toBe(9);
  replay.next();
  replay.next();
  expect(replay.isTakingOver).toBe(false);
});

test("what was edited holds at its step only, also once the replay is over", () => {
  const replay = new Replay(memoryOf(), FORK, keptOf());
  replay.end();
  expect([replay.editedInput("b"), replay.editedOutput("b")]).toEqual([{ of: "payload", id: 7 }, 8]);
  expect([replay.editedInput("a"), replay.editedOutput("a")]).toEqual([undefined, undefined]);
});
