/** Lessons that take real processes, or two runtimes at one file. */
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock } from "../clock.ts";
import { agent } from "../delegation/agent.ts";
import type { Outcome } from "../delegation/outcome.ts";
import { sqliteEngine } from "../engine/sqlite/sqlite-engine.ts";
import { ReeveError } from "../errors.ts";
import { sequential } from "../patterns/sequential.ts";
import { createRuntime, type Runtime } from "../runtime.ts";
import { machineLesson } from "./fixtures/lesson.ts";

const PROCESS = new URL("./fixtures/poisoned-process.ts", import.meta.url);

/** What the last process says. */
interface Told {
  readonly outcome?: Outcome;
  readonly healthy?: readonly unknown[];
}

async function withFile(body: (file: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "reeve-lesson-"));
  try {
    await body(join(folder, "log.db"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

machineLesson(
  "a step that kills its process is given up after `recoveriesMax`, and holds up no other run",
  ["taskforcesh/bullmq#892", "taskforcesh/bullmq#2580", "run-llama/llama-agents#607"],
  async () => {
    await withFile(async (file) => {
      const messages: unknown[] = [];
      const ends: unknown[] = [];
      for (let life = 1; life <= 4; life++) {
        const child = fork(PROCESS, [file, String(life)]);
        child.on("message", (message) => messages.push(message));
        ends.push(await once(child, "exit"));
      }
      const killed = [null, "SIGKILL"];
      assert.deepEqual(ends, [killed, killed, killed, [0, null]]);
      const { outcome, healthy }: Told = Object(messages.at(-1));
      assert.deepEqual(healthy, ["completed", "completed", "completed", "completed"]);
      assert(outcome?.status === "rolled-back");
      const { error, undone } = outcome;
      assert.deepEqual([error.code, error.path, undone], ["attempt-lost", "poison", ["before"]]);
    });
  },
);

machineLesson(
  "of two runtimes that would take over one file at once, one does, and each step executes once",
  ["dbos-inc/dbos-transact-py#742"],
  async () => {
    await withFile(async (file) => {
      const clock = new ManualClock();
      let executed = 0;
      const work = agent("work", {
        retry: { attempts: 2, delayMs: 1_000 },
        run: (_input: unknown, ctx) => {
          executed++;
          if (ctx.attempt === 1) throw new Error("later");
          return ctx.attempt;
        },
      });
      const pattern = sequential("p", { steps: [work] });
      const open = (): Promise<Runtime> =>
        createRuntime({
          patterns: [pattern],
          engine: sqliteEngine(file, { access: "own", durability: "os", clock }),
          drainMs: 0,
        });
      const first = await open();
      const run = await first.start(pattern, 0, { id: "r" });
      for await (const event of run.events()) if (event.kind === "attempt-failed") break;
      await first.close();
      clock.advance(10_000);
      const [one, other] = await Promise.allSettled([open(), open()]);
      assert(one.status === "fulfilled");
      assert(other.status === "rejected");
      assert(other.reason instanceof ReeveError);
      assert.equal(other.reason.code, "file-owned");
      await using owner = one.value;
      clock.advance(0);
      assert.deepEqual(await owner.run("r").outcome(), { status: "completed", output: 2 });
      assert.equal(executed, 2);
    });
  },
);

machineLesson(
  "a cancel asked for while no process works on the run comes before the retry that fell due meanwhile",
  ["hatchet-dev/hatchet#4900", "dbos-inc/dbos-transact-py#170"],
  async () => {
    await withFile(async (file) => {
      const clock = new ManualClock();
      let executed = 0;
      const failing = agent("failing", {
        retry: { attempts: 9, delayMs: 60_000, delayMsMax: 60_000 },
        run: () => {
          executed++;
          throw new Error("no");
        },
      });
      const pattern = sequential("p", { steps: [failing] });
      const open = (access: "own" | "guest"): Promise<Runtime> =>
        createRuntime({
          patterns: [pattern],
          engine: sqliteEngine(file, { access, durability: "os", clock }),
          drainMs: 0,
        });
      const first = await open("own");
      const run = await first.start(pattern, 0, { id: "r" });
      for await (const event of run.events()) if (event.kind === "attempt-failed") break;
      await first.close();
      const guest = await open("guest");
      await guest.run("r").cancel("not needed any more");
      await guest.close();
      clock.advance(120_000);
      await using owner = await open("own");
      const outcome = owner.run("r").outcome();
      clock.advance(200);
      assert.equal((await outcome).status, "cancelled");
      assert.equal(executed, 1);
    });
  },
);
