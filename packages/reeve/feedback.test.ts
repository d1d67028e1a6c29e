/** `reeve feedback`, and what `reeve show` says of scores and judgements. */
import { afterAll, expect, test } from "vitest";
import { disposeWorkspaces, makeWorkspace } from "./call-reeve.ts";

const CONFIG = `
import { agent, approval, sequential, sqliteEngine } from "reeve";
const write = agent("write", { run: async (n: number) => n, verify: () => 0.75 });
const patterns = [
  sequential("write", { steps: [write] }),
  sequential("asks", { steps: [approval("look")] }),
];
export default { patterns, engine: sqliteEngine("reeve.db") };
`;

afterAll(disposeWorkspaces);

test("feedback is taken by the process that owns the log, and shown with the run", async () => {
  await using workspace = makeWorkspace(CONFIG);
  const owner = workspace.start(["run", "asks", "--id", "open"]);
  await owner.says("waiting");
  expect((await workspace.reeve("run", "write", "--input", "1", "--id", "r1")).code).toBe(0);
  const told = await workspace.reeve("feedback", "r1", "0.2", "--note", "a row \u001b[31mwas missing");
  expect(told).toMatchObject({
    code: 0,
    stdout: "run r1: 0.2 is noted; what it taught before was 0.75\n",
  });
  const shown = (await workspace.reeve("show", "r1")).stdout;
  expect(shown).toMatch(/^score: 0.75\nfeedback: 0.2 by local, \d{4}-.*: a row was missing$/m);
  expect(JSON.parse((await workspace.reeve("show", "r1", "--json")).stdout)).toMatchObject({
    outcome: { status: "completed" },
    score: 0.75,
    feedback: [{ score: 0.2, by: "local" }],
  });
  const early = await workspace.reeve("feedback", "open", "1");
  expect(early.stdout).toContain("it counts once the run has completed");
  await workspace.reeve("cancel", "open");
  await owner.ended;
});

test("without an owner the feedback waits for the next start", async () => {
  await using workspace = makeWorkspace(CONFIG);
  await workspace.reeve("run", "write", "--input", "1", "--id", "r1");
  const told = await workspace.reeve("feedback", "r1", "0", "--json");
  expect(JSON.parse(told.stdout)).toEqual({ run: "r1", score: 0, before: null, note: null, taken: false });
  await workspace.reeve("run", "write", "--input", "2");
  expect((await workspace.reeve("show", "r1")).stdout).toMatch(/^feedback: 0 by local/m);
});

test("a score that is none, and a run that nobody knows, are refused with what helps", async () => {
  await using workspace = makeWorkspace(CONFIG);
  await workspace.reeve("run", "write", "--input", "1", "--id", "r1");
  for (const score of ["7", "-1", "good", "1.01", "0x1", ""])
    expect(await workspace.reeve("feedback", "r1", "--", score), score).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("a number from 0 (of no use) to 1 (as wanted)"),
    });
  expect(await workspace.reeve("feedback", "r2", "1")).toMatchObject({
    code: 4,
    stderr: expect.stringContaining("did you mean 'r1'?"),
  });
});
