/** `reeve pause` and `reeve resume`: runs, patterns and agents held back and let go, with and without an owner. */
import { afterAll, expect, test } from "vitest";
import { disposeWorkspaces, makeWorkspace, type Running } from "./call-reeve.ts";

const CONFIG = `
import { agent, approval, sequential, sqliteEngine } from "reeve";
const first = agent("first", { run: async (n: unknown) => n });
const mail = agent("mail", { run: async (n: unknown) => ({ sent: n }) });
const patterns = [
  sequential("asks", { steps: [first, approval("look"), mail] }),
  sequential("plain", { steps: [mail] }),
];
export default { patterns, engine: sqliteEngine("reeve.db") };
`;

afterAll(disposeWorkspaces);

test("a paused run is held back, says why wherever it is looked at, and goes on when it is resumed", async () => {
  await using workspace = makeWorkspace(CONFIG);
  const owner = workspace.start(["run", "asks", "--id", "r1", "--input", "1"]);
  await owner.says("waiting    look");
  const paused = await workspace.reeve("pause", "r1", "--reason", "wait for Ada");
  expect([paused.code, paused.stdout]).toEqual([
    0,
    "run r1 is paused: no further attempt begins; go on with reeve resume r1\n",
  ]);
  await owner.says("paused     wait for Ada (by local); go on: reeve resume r1");
  expect(await workspace.reeve("pause", "r1")).toMatchObject({
    code: 0,
    stdout: "run r1 is paused already: wait for Ada (by local)\n",
  });
  const shown = await workspace.reeve("show", "r1");
  expect(shown.stdout).toMatch(/^paused\npaused for .*: wait for Ada \(by local\); go on: reeve resume r1$/m);
  expect((await workspace.reeve("runs", "--state", "paused")).stdout).toMatch(/^r1 +asks +paused /m);
  expect((await workspace.reeve("doctor")).stdout).toMatch(
    /^! 1 run is paused, such as r1\n +→ see why: reeve show r1; go on: reeve resume r1/m,
  );
  await workspace.reeve("signal", "r1", "look");
  await owner.says("answered   look");
  const resumed = workspace.start(["resume", "r1"]);
  await resumed.says("run r1 was paused: wait for Ada (by local); the owner is asked to lift the pause");
  expect(await resumed.ended).toMatchObject({ code: 0, stdout: `{\n  "sent": 1\n}\n` });
  expect(await owner.ended).toMatchObject({ code: 0 });
});

test("a paused pattern queues its new runs, which say so, until it is resumed", async () => {
  await using workspace = makeWorkspace(CONFIG);
  const owner = workspace.start(["run", "asks", "--id", "r1", "--input", "1"]);
  await owner.says("waiting    look");
  const paused = await workspace.reeve("pause", "--pattern", "plain", "--reason", "disk is full");
  expect(paused).toMatchObject({
    code: 0,
    stdout: "pattern 'plain' is paused; go on with reeve resume --pattern plain\n",
  });
  const held = workspace.start(["run", "plain", "--id", "p1", "--input", "2"]);
  const why =
    /pattern 'plain' is paused since .*: disk is full \(by local\); go on: reeve resume --pattern plain/;
  await held.says("go on: reeve resume --pattern plain");
  for (const args of [["show", "p1"], ["runs"]]) {
    const { stdout, stderr } = await workspace.reeve(...args);
    expect(stdout + stderr).toMatch(why);
  }
  expect((await workspace.reeve("runs", "--state", "queued")).stdout).toMatch(/^p1 +plain +queued/m);
  expect((await workspace.reeve("doctor")).stdout).toMatch(
    /^! pattern 'plain' is paused since .*\n +→ reeve resume/m,
  );
  const resumed = await workspace.reeve("resume", "--pattern", "plain", "--json");
  expect(JSON.parse(resumed.stdout)).toEqual({ pattern: "plain", taken: true });
  const ended = await held.ended;
  expect(ended).toMatchObject({ code: 0, stdout: `{\n  "sent": 2\n}\n` });
  expect(ended.stderr).not.toContain("it begins when it has a place");
  await stop(owner);
});

test("a paused agent holds back its attempts in whatever run", async () => {
  await using workspace = makeWorkspace(CONFIG);
  const owner = workspace.start(["run", "asks", "--id", "r1", "--input", "1"]);
  await owner.says("waiting    look");
  expect(await workspace.reeve("pause", "--agent", "mail")).toMatchObject({
    code: 0,
    stdout: "agent 'mail' is paused; go on with reeve resume --agent mail\n",
  });
  await owner.says("agent 'mail' is paused since");
  await workspace.reeve("signal", "r1", "look");
  await owner.says("answered   look");
  expect((await workspace.reeve("show", "r1")).stdout).toContain("go on: reeve resume --agent mail");
  expect(await workspace.reeve("resume", "--agent", "mail")).toMatchObject({
    code: 0,
    stdout: "agent 'mail' goes on\n",
  });
  expect(await owner.ended).toMatchObject({ code: 0, stdout: `{\n  "sent": 1\n}\n` });
});

test("without an owner what is asked waits for the next start, which does it", async () => {
  await using workspace = makeWorkspace(CONFIG);
  const first = workspace.start(["run", "asks", "--id", "r1", "--input", "1"]);
  await first.says("waiting    look");
  await stop(first);
  const nobody =
    /^nobody owns the log at the moment: (run r1|pattern 'plain') will be paused at the next start/;
  expect((await workspace.reeve("pause", "r1")).stdout).toMatch(nobody);
  expect((await workspace.reeve("pause", "--pattern", "plain")).stdout).toMatch(nobody);
  const json = await workspace.reeve("pause", "--pattern", "plain", "--json");
  expect(JSON.parse(json.stdout)).toEqual({ pattern: "plain", taken: false });
  const second = workspace.start(["run", "plain", "--id", "p1", "--input", "2"]);
  await second.says("pattern 'plain' is paused since");
  expect((await workspace.reeve("runs")).stdout).toMatch(/^r1 +asks +paused/m);
  await workspace.reeve("resume", "--pattern", "plain");
  expect(await second.ended).toMatchObject({ code: 0 });
  const resumed = workspace.start(["resume", "r1"]);
  await resumed.says("run r1 was paused: paused from the command line (by local); the pause is lifted");
  await workspace.reeve("signal", "r1", "look");
  expect(await resumed.ended).toMatchObject({ code: 0 });
});

test("a pattern can be paused before its first run, and a pause that waits is lifted by resume", async () => {
  await using workspace = makeWorkspace(CONFIG);
  expect(await workspace.reeve("pause", "--pattern", "plain")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("pattern 'plain' is paused"),
  });
  await workspace.reeve("resume", "--pattern", "plain");
  await workspace.reeve("pause", "--pattern", "plain");
  expect(await workspace.reeve("resume", "--pattern", "plain")).toMatchObject({ code: 0 });
  expect(await workspace.reeve("run", "plain", "--input", "3")).toMatchObject({ code: 0 });
});

test("what can't be held back is refused, with what helps", async () => {
  await using workspace = makeWorkspace(CONFIG);
  await workspace.reeve("run", "plain", "--id", "over", "--input", "1");
  const cases: readonly (readonly [readonly string[], number, string, string])[] = [
    [["pause"], 2, "what to pause is missing", "reeve pause --pattern NAME"],
    [["pause", "over", "--agent", "mail"], 2, "there are several things to pause", "write one of"],
    [["pause", "ovre"], 4, "there is no run 'ovre'", "did you mean 'over'?"],
    [["pause", "over"], 7, "run 'over' has ended: completed", "reeve show over"],
    [["pause", "--pattern", "plian"], 4, "there is no pattern 'plian'", "did you mean 'plain'?"],
    [["pause", "--agent", "mali"], 4, "no registered pattern calls an agent 'mali'", "did you mean 'mail'?"],
    [["resume"], 2, "what to resume is missing", "reeve resume --agent NAME"],
    [["resume", "--pattern", "plian"], 4, "there is no such pattern", "did you mean 'plain'?"],
    [["resume", "--agent", "mali"], 4, "agent 'mali' is not paused", "did you mean 'mail'?"],
  ];
  for (const [args, code, message, hint] of cases) {
    const ended = await workspace.reeve(...args);
    expect(ended, args.join(" ")).toMatchObject({ code, stdout: "" });
    expect(ended.stderr).toContain(message);
    expect(ended.stderr).toContain(hint);
  }
});

async function stop(running: Running): Promise<void> {
  running.child.kill("SIGINT");
  await running.ended;
}
