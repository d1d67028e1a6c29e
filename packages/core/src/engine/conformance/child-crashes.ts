/** E17 wherever a crash falls: a family of runs ends alike, and each step of it is executed and undone once. */
import assert from "node:assert/strict";
import type { Outcome } from "../../delegation/outcome.ts";
import type { Pattern } from "../../delegation/pattern.ts";
import { approval } from "../../patterns/approval.ts";
import { delegate } from "../../patterns/delegate.ts";
import { parallel } from "../../patterns/parallel.ts";
import { sequential } from "../../patterns/sequential.ts";
import type { Check } from "./check.ts";
import { assertSound } from "./sound-log.ts";
import type { Behaviour, Trial } from "./trial.ts";

/** More than any of the families writes. */
const WRITES_MAX = 200;
const STEP_MS = 600;

type Ask = "signal" | "cancel" | "cancel the child";

export const childCrashes: readonly Check[] = [
  sweep("whose children complete", (trial) => family(trial, (input) => input)),
  sweep("that fails after its children completed, which are undone", (trial) =>
    family(trial, () => Promise.reject(new Error("in the end"))),
  ),
  sweep("that is cancelled while a child waits", (trial) => family(trial, (input) => input), "cancel"),
  sweep(
    "whose child is cancelled by somebody else",
    (trial) => family(trial, (input) => input),
    "cancel the child",
  ),
];

/** Two children at once, one with a child of its own that asks. */
function family(trial: Trial, last: Behaviour): readonly Pattern[] {
  const undo = (): void => {};
  const make = (name: string) => trial.agent(name, (input) => [name, input], { undo });
  const grandchild = sequential("grandchild", {
    matches: { domain: "grandchildren" },
    steps: [make("g1"), approval("ok"), make("g2")],
  });
  const kid = sequential("kid", {
    matches: { domain: "kids" },
    steps: [make("k1"), delegate({ domain: "grandchildren" }, { name: "inner" }), make("k2")],
  });
  const twin = sequential("twin", { matches: { domain: "twins" }, steps: [make("t1")] });
  const tasks = {
    kid: delegate({ domain: "kids" }),
    twin: delegate({ domain: "twins" }),
  };
  const steps = [make("first"), parallel("both", { tasks }), trial.agent("last", last)] as const;
  return [sequential("p", { steps }), kid, twin, grandchild];
}

function sweep(kind: string, program: (trial: Trial) => readonly Pattern[], ask: Ask = "signal"): Check {
  return {
    title: `E17 a run ${kind} ends alike, wherever a crash falls, and so do all below it`,
    needs: ["crash-at-write"],
    run: async (trial) => {
      const patterns = program(trial);
      const undisturbed = await drive(trial, patterns, "r0", ask);
      const ledger = trial.ledger.toSorted();
      for (let write = 1; write <= WRITES_MAX; write++) {
        const lives = trial.life;
        const outcome = await drive(trial, patterns, `r${write}`, ask, write);
        const where = `crash at write ${write}`;
        assert.deepEqual(comparable(outcome), comparable(undisturbed), where);
        assertSound(await trial.events());
        await assertEnded(trial, `r${write}`, where);
        assert.deepEqual([...new Set(trial.ledger)].toSorted(), [...new Set(ledger)].toSorted(), where);
        // The step that a crash interrupts is made again; in each branch, at most one was.
        assert.ok(trial.ledger.length <= ledger.length + 2, `${where}: ${trial.ledger.join(" ")}`);
        if (trial.life === lives + 1) return;
      }
      assert.fail("the family has too many writes");
    },
  };
}

/** Opens, starts the run, and does what it and its children wait for, after a crash too; gives the outcome. */
async function drive(
  trial: Trial,
  patterns: readonly Pattern[],
  id: string,
  ask: Ask,
  write = Infinity,
): Promise<Outcome> {
  await trial.close();
  trial.ledger.length = 0;
  const asking = `${id}/both/kid/inner`;
  for (;;) {
    await trial.open(patterns);
    trial.crashAtWrite(write);
    write = Infinity;
    // What was not acknowledged may be lost, so its caller asks again.
    trial.ask(trial.runtime.start("p", "in", { id }));
    while (!trial.isDown) {
      await trial.quiet();
      if (trial.isDown) break;
      const record = await trial.runtime.engine.find(id);
      if (record?.state === "ended") {
        trial.crashAtWrite(Infinity);
        return trial.outcome(trial.runtime.run(id));
      }
      if ((await trial.runtime.engine.find(asking))?.state === "waiting") act(trial, id, asking, ask);
      await trial.quiet();
      if (!trial.isDown) await trial.advance(STEP_MS);
    }
  }
}

function act(trial: Trial, id: string, asking: string, ask: Ask): void {
  const { runtime } = trial;
  if (ask === "signal") trial.ask(runtime.run(asking).signal("ok", undefined, { key: "once" }));
  else trial.ask(runtime.run(ask === "cancel" ? id : asking).cancel("enough"));
}

/** Whatever the run has started has ended before it. */
async function assertEnded(trial: Trial, id: string, where: string): Promise<void> {
  const { runs } = await trial.runtime.runs({ limit: 1_000 });
  const family = runs.filter((run) => run.id === id || run.id.startsWith(`${id}/`));
  const open = family.filter((run) => run.state !== "ended").map((run) => run.id);
  assert.deepEqual(open, [], where);
  const parents = family.map((run) => `${run.origin?.parent?.run} ${run.origin?.parent?.path}`);
  assert.equal(new Set(parents).size, parents.length, `${where}: a child was started twice`);
}

/** Without stacks, and without the order in which branches are undone. */
function comparable(outcome: Outcome): unknown {
  if (outcome.status === "completed") return outcome;
  const { status, undone, notUndone, unsure, kept } = outcome;
  const message = "error" in outcome && outcome.error.message.replaceAll(/'r\d+/g, "'r");
  return { status, undone: undone.toSorted(), notUndone, unsure, kept, message };
}
