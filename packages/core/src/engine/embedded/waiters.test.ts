import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { ManualClock } from "../../clock.ts";
import type { Event } from "../../delegation/event.ts";
import { approval } from "../../patterns/approval.ts";
import { sequential } from "../../patterns/sequential.ts";
import { createRuntime } from "../../runtime.ts";
import { memoryEngine } from "../memory/memory-engine.ts";
import { Waiters } from "./waiters.ts";

const waits = sequential("waits", { steps: [approval("boss")] });

/** Waiters on a clock that counts how often it holds the process. */
function setUp() {
  const held = { now: 0 };
  const clock = new ManualClock();
  clock.hold = () => {
    held.now++;
    return () => void held.now--;
  };
  return { held, waiters: new Waiters(clock) };
}

function ended(run: string): Event {
  const outcome = { status: "completed", output: { of: "nothing" } } as const;
  return {
    version: 1,
    run,
    seq: 2,
    position: 2,
    at: 0,
    kind: "run-ended",
    outcome,
    pattern: "p",
    domain: "default",
    durationMs: 0,
  };
}

test("everyone who waits for a run hears of its end, and the process is held only until then", async () => {
  const { held, waiters } = setUp();
  const both = Promise.all([waiters.ended("a"), waiters.ended("a")]);
  const other = waiters.ended("b");
  expect(held.now).toBe(1);
  waiters.committed([ended("c"), ended("a")]);
  expect(await both).toMatchObject([{ status: "completed" }, { status: "completed" }]);
  expect(held.now, "while b is awaited").toBe(1);
  waiters.poll((run) => run === "b");
  expect(await other).toBeUndefined();
  expect(held.now).toBe(0);
});

test("a reader is woken by the next commit, by its signal, and by closing", async () => {
  const { held, waiters } = setUp();
  const commit = waiters.nextCommit(undefined);
  waiters.committed([]);
  await commit;
  expect(held.now, "after a commit").toBe(0);
  const controller = new AbortController();
  const aborted = waiters.nextCommit(controller.signal);
  controller.abort();
  await aborted;
  expect(held.now, "after its signal").toBe(0);
  await waiters.nextCommit(controller.signal);
  expect(held.now, "with a signal that was aborted before").toBe(0);
  const closed = waiters.nextCommit(undefined);
  waiters.close();
  await closed;
  expect(held.now, "after closing").toBe(0);
});

test("awaiting an outcome rejects when the runtime closes first, and says that nothing is lost", async () => {
  const runtime = await createRuntime({
    patterns: [waits],
    engine: memoryEngine({ clock: new ManualClock() }),
  });
  const handle = await runtime.start(waits, 1, { id: "run" });
  const rejected = handle.outcome().catch((error: unknown) => error);
  await runtime.close();
  expect(await rejected).toMatchObject({
    code: "runtime-closed",
    message: "the runtime closed before run 'run' ended",
    hint: "the run goes on when a runtime opens this log again",
  });
});

test("asking for the outcome of an unfinished run after closing rejects as well", async () => {
  const runtime = await createRuntime({
    patterns: [waits],
    engine: memoryEngine({ clock: new ManualClock() }),
  });
  const handle = await runtime.start(waits, 1, { id: "run" });
  await runtime.close();
  const late = handle.outcome().then(
    () => "resolved",
    (error: unknown) => error,
  );
  const pending = new Promise((resolve) => setImmediate(resolve, "pending"));
  expect(await Promise.race([late, pending])).toMatchObject({ code: "runtime-closed" });
});

/** Runs `body` in a process of its own, behind the making of a runtime and the start of a run that awaits an approval. */
async function inProcess(body: string): Promise<{ readonly code: unknown; readonly output: string }> {
  const folder = await mkdtemp(join(tmpdir(), "reeve-waiters-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const core = new URL("../../index.ts", import.meta.url).href;
  const script = `
    import { approval, createRuntime, memoryEngine, sequential } from ${JSON.stringify(core)};
    const pattern = sequential("waits", { steps: [approval("boss")] });
    const runtime = await createRuntime({ patterns: [pattern], engine: memoryEngine() });
    const handle = await runtime.start(pattern, 7);
    ${body}
  `;
  const file = join(folder, "main.mts");
  await writeFile(file, script);
  const child = spawn(process.execPath, ["-C", "source", file], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  return { code, output };
}

test("awaiting an outcome keeps the process alive until the run ends, and no longer", async () => {
  const body = `
    setTimeout(() => void handle.signal("boss"), 300).unref();
    console.log(JSON.stringify(await handle.outcome()));
  `;
  expect(await inProcess(body)).toEqual({ code: 0, output: '{"status":"completed","output":7}\n' });
});

test("following events keeps the process alive until the reader leaves, and no longer", async () => {
  const body = `
    setTimeout(() => void handle.signal("boss"), 300).unref();
    for await (const event of handle.events()) if (event.kind === "run-ended") console.log("ended");
    for await (const event of runtime.events()) if (event.kind === "signal-sent") break;
  `;
  expect(await inProcess(body)).toEqual({ code: 0, output: "ended\n" });
});

test("a run that waits, and a runtime that nobody closed, do not keep the process alive", async () => {
  expect(await inProcess('console.log("started");')).toEqual({ code: 0, output: "started\n" });
});
