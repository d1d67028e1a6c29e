import { mkdtempDisposableSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Event } from "reeve";
import { expect, test } from "vitest";
import { Judge } from "./judge.ts";
import { readArchived, type LeftRun } from "./left-run.ts";
import { appendTo, readLedger, readLine, type CallLine, type LedgerLine } from "./side-files.ts";

const RUN = "1-1";
const STEPS = ["add", "flaky", "parts"] as const;

/** What a soak with one sound run of `chain` leaves. */
function sound(): { lines: (LedgerLine | CallLine)[]; runs: LeftRun[] } {
  const lines: (LedgerLine | CallLine)[] = [
    asked("start", { pattern: "chain", input: 4 }),
    acknowledged("start", { pattern: "chain", input: 4 }),
    ...STEPS.flatMap((path, index) => [...executed(path), told(path, index + 2)]),
    { said: "told", kind: "run-ended", run: RUN, path: "", position: 9 },
    acknowledged("outcome", { outcome: "completed 7" }),
  ];
  return { lines, runs: [chain()] };
}

function chain(change: Partial<LeftRun> = {}): LeftRun {
  return {
    id: RUN,
    pattern: "chain",
    status: "completed",
    outcome: "completed 7",
    output: 7,
    input: 4,
    endedAt: 100,
    parent: undefined,
    events: history(["run-started", ...STEPS.map((path) => `step-completed ${path}`), "run-ended"]),
    ...change,
  };
}

/** Events told as "kind path". */
function history(told: readonly string[]): readonly Event[] {
  return told.map((text, index) => {
    const [kind, path, key] = text.split(" ");
    // The judge looks at these fields only.
    return { kind, path, key, seq: index + 1 } as unknown as Event;
  });
}

function executed(path: string, run = RUN): LedgerLine[] {
  const key = `key of ${path}`;
  return [
    { said: "began", run, path, key },
    { said: "done", run, path, key },
  ];
}

function told(path: string, position: number): LedgerLine {
  return { said: "told", kind: "step-completed", run: RUN, path, position };
}

function asked(call: CallLine["call"], rest: Partial<CallLine> = {}): CallLine {
  return { said: "asked", call, by: "owner", run: RUN, at: 50, ...rest };
}

function acknowledged(call: CallLine["call"], rest: Partial<CallLine> = {}): CallLine {
  return { ...asked(call, rest), said: "acknowledged" };
}

function faultsOf({ lines, runs }: ReturnType<typeof sound>): readonly string[] {
  const judge = new Judge();
  for (const line of lines) {
    if ("call" in line) judge.readCall(line);
    else judge.readLedger(line);
  }
  for (const run of runs) judge.judgeRun(run);
  return judge.faults();
}

test("a sound run has no fault", () => {
  expect(faultsOf(sound())).toEqual([]);
});

test("a step that runs again before its completion was acknowledged is no fault", () => {
  const { lines, runs } = sound();
  lines.splice(2, 0, ...executed("add"));
  expect(faultsOf({ lines, runs })).toEqual([]);
});

test("a step that runs again after its completion was acknowledged is one", () => {
  const { lines, runs } = sound();
  lines.push(...executed("add"));
  expect(faultsOf({ lines, runs })[0]).toBe(
    "'add' of '1-1' began after its completion was acknowledged (E1)",
  );
});

test("a step that completed twice in the log is a fault", () => {
  const { lines } = sound();
  const told = ["run-started", ...[...STEPS, "add"].map((path) => `step-completed ${path}`), "run-ended"];
  const runs = [chain({ events: history(told) })];
  expect(faultsOf({ lines, runs })).toEqual(["'add' of '1-1' completed twice (E1)"]);
});

test("a step with another idempotency key the second time is a fault", () => {
  const { lines, runs } = sound();
  lines.splice(2, 0, { said: "began", run: RUN, path: "add", key: "another" });
  expect(faultsOf({ lines, runs })[0]).toContain("two idempotency keys (E2)");
});

test("a step that completed in the log and did nothing in the world is a fault", () => {
  const { lines, runs } = sound();
  const idle = lines.filter((line) => line.said !== "done" || line.path !== "parts");
  expect(faultsOf({ lines: idle, runs })).toEqual([
    "'parts' of '1-1' completed without having had its effect",
  ]);
});

test("a step that must run at most once and ran twice is a fault", () => {
  const { lines, runs } = sound();
  lines.unshift(...executed("once"), ...executed("once"));
  expect(faultsOf({ lines, runs })).toEqual(["'once' of '1-1' is not idempotent and ran again (E7b)"]);
});

test("an acknowledged start without a run is a fault", () => {
  const { lines } = sound();
  expect(faultsOf({ lines, runs: [] })).toEqual([
    "the start of '1-1' was acknowledged, and there is no such run (E3)",
  ]);
});

test("a start that was only asked for may have no run", () => {
  expect(faultsOf({ lines: [asked("start")], runs: [] })).toEqual([]);
});

test("an acknowledged completion that is not in the log is a fault", () => {
  const { lines } = sound();
  const runs = [chain({ events: history(["run-started", "step-completed add", "run-ended"]) })];
  expect(faultsOf({ lines, runs })).toEqual([
    "the completion of 'flaky' of '1-1' was acknowledged and is gone (E3)",
    "the completion of 'parts' of '1-1' was acknowledged and is gone (E3)",
  ]);
});

test("an outcome that is another one in the log than its caller was told is a fault", () => {
  const { lines, runs } = sound();
  lines.push(acknowledged("outcome", { outcome: "completed 8" }));
  expect(faultsOf({ lines, runs })).toEqual(["'1-1' was told to be completed 8, and is completed 7 (E5)"]);
});

test("a wrong output, an end that the pattern does not have, and no end are faults", () => {
  const lines: LedgerLine[] = STEPS.flatMap((path) => executed(path));
  const faultsOfRun = (change: Partial<LeftRun>): readonly string[] =>
    faultsOf({ lines: [...lines], runs: [chain(change)] });
  expect(faultsOfRun({ output: 9 })).toEqual(["'1-1' of 'chain' made 9 of 4"]);
  expect(faultsOfRun({ status: "failed", outcome: "failed thrown" })).toEqual([
    "'1-1' of 'chain' is failed thrown",
  ]);
  expect(faultsOfRun({ status: undefined })).toEqual(["'1-1' of 'chain' has not ended"]);
});

test("a run that ended twice, and one with a gap in its events, are faults", () => {
  const lines: LedgerLine[] = STEPS.flatMap((path) => executed(path));
  const twice = chain({ events: history(["run-started", "run-ended", "run-ended"]) });
  expect(faultsOf({ lines, runs: [twice] })).toEqual(["'1-1' ended 2 times (E5)"]);
  const gap = chain({ events: history(["run-started", "run-ended"]).toReversed() });
  expect(faultsOf({ lines, runs: [gap] })).toEqual(["'1-1' has a gap"]);
});

test("a run may be in the archive twice, but two runs must not have one id", () => {
  const { lines, runs } = sound();
  expect(faultsOf({ lines, runs: [...runs, ...runs] })).toEqual([]);
  expect(faultsOf({ lines, runs: [...runs, chain({ endedAt: 200 })] })).toEqual([
    "there are two runs '1-1' (E4)",
  ]);
});

test("a cancelled run must have been cancelled by somebody, and an acknowledged cancel must show", () => {
  const cancelled = chain({
    pattern: "held",
    status: "cancelled",
    outcome: "cancelled soak",
    events: history(["run-started", "cancel-requested", "run-ended"]),
  });
  expect(faultsOf({ lines: [asked("cancel")], runs: [cancelled] })).toEqual([]);
  expect(faultsOf({ lines: [], runs: [cancelled] })).toEqual(["'1-1' is cancelled, and nobody asked for it"]);
  const { lines, runs } = sound();
  // The run had ended by then.
  expect(faultsOf({ lines: [...lines, acknowledged("cancel", { at: 101 })], runs })).toEqual([]);
  expect(faultsOf({ lines: [...lines, acknowledged("cancel", { at: 99 })], runs })).toEqual([
    "the cancel of '1-1' was acknowledged and is gone (E6)",
  ]);
});

test("an acknowledged signal is in the log once and received once", () => {
  const ofSignals = (...told: readonly string[]): readonly string[] => {
    const events = history(["run-started", ...told, "run-ended"]);
    const waiting = chain({ pattern: "waiting", output: 6, outcome: "completed 6", events });
    return faultsOf({ lines: [acknowledged("signal", { key: "k" })], runs: [waiting] });
  };
  expect(ofSignals("signal-sent ok k", "signal-received ok")).toEqual([]);
  expect(ofSignals("signal-sent ok k", "signal-sent ok k", "signal-received ok")).toEqual([
    "'1-1' was sent one signal twice (E8)",
  ]);
  expect(ofSignals("signal-sent ok k", "signal-received ok", "signal-received ok")).toEqual([
    "'1-1' received 2 signals (E8)",
  ]);
  expect(ofSignals("signal-received ok")).toEqual([
    "the signal 'k' of '1-1' was acknowledged and is gone (E8)",
  ]);
  expect(ofSignals("signal-sent ok k")).toEqual(["'1-1' completed without having received 'k' (E8)"]);
});

test("a refusal that nothing explains is a fault", () => {
  const refused = (code: string): CallLine => ({ ...asked("start", { code }), said: "refused" });
  expect(faultsOf({ lines: [refused("runtime-closed")], runs: [] })).toEqual([]);
  const report = (code: string): CallLine => ({ ...refused(code), call: "report" });
  expect(
    faultsOf({ lines: [report("trimming old runs failed: database or disk is full")], runs: [] }),
  ).toEqual([]);
  expect(faultsOf({ lines: [report("trimming old runs failed: why")], runs: [] })).toEqual([
    "report: trimming old runs failed: why",
  ]);
  expect(faultsOf({ lines: [refused("run-conflict")], runs: [] })).toEqual(["start '1-1': run-conflict"]);
});

test("a line that a process wrote behind a torn one of another process is read", () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "reeve-soak-test-"));
  const file = join(folder.path, "ledger.jsonl");
  writeFileSync(file, '{"said":"began","ru');
  appendTo<LedgerLine>(file)(told("add", 1));
  expect(readLedger(file)).toEqual([told("add", 1)]);
});

test("a line that a kill tore is passed over, another text is refused", () => {
  expect(readLine('{"said":"began","ru')).toBeUndefined();
  expect(readLine("")).toBeUndefined();
  expect(readLine(JSON.stringify(told("add", 1)))).toEqual(told("add", 1));
  expect(() => readLine('{"other":1}')).toThrow("no line of a side file");
});

test("a line of the archive gives the run with its values", () => {
  const outcome = {
    status: "completed",
    output: { of: "object", entries: [["a", { of: "payload", id: 9 }]] },
  };
  const run = { id: RUN, pattern: "fan", input: 8, endedAt: 100 };
  const line = JSON.stringify({ run, events: [{ kind: "run-ended", outcome }], values: { 8: 4, 9: 5 } });
  expect(readArchived(line)).toMatchObject({ id: RUN, status: "completed", input: 4, output: { a: 5 } });
});
