/** Runs that begin later (`--delay`, `--at`, limits, schedules), runs in runs, and what doctor says of them. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { disposeWorkspaces, makeWorkspace, type Running } from "./call-reeve.ts";

const CONFIG = `
import { agent, approval, delegate, forEach, sequential, sqliteEngine } from "reeve";
const double = agent("double", { run: async (n: number) => n * 2 });
// Ends when the process is told to go on.
const lasting = agent("lasting", { run: (n: unknown) => new Promise((resolve) => process.once("SIGUSR2", () => resolve(n))) });
const patterns = [
  sequential("double", { steps: [double] }),
  sequential("asks", { steps: [approval("look")] }),
  sequential("single", { steps: [lasting], limits: [{ concurrency: 1 }, { key: () => "all", perSecond: 100 }] }),
  sequential("kid", { matches: { domain: "kids" }, steps: [approval("may-it")] }),
  sequential("parent", { steps: [double, delegate({ domain: "kids" }, { name: "ask" })] }),
];
export default { patterns, engine: sqliteEngine("reeve.db") };
`;

afterAll(disposeWorkspaces);

test("a delayed run is queued, says when it begins, and begins then", async () => {
  await using workspace = makeWorkspace(CONFIG);
  const late = workspace.start(["run", "double", "--input", "2", "--delay", "50min", "--id", "r0"]);
  await late.says("queued     begins at ");
  const shown = await workspace.reeve("show", "r0");
  expect(shown.stdout).toMatch(
    /^queued\nqueued: begins at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d, in 49 min \d+ s$/m,
  );
  await stop(late);
  const call = workspace.start(["run", "double", "--input", "2", "--delay", "1s", "--id", "r1"]);
  const { code, stdout, stderr } = await call.ended;
  expect([code, stdout]).toEqual([0, "4\n"]);
  expect(stderr).toMatch(/begins {5}after \d.* in the queue/);
  expect((await workspace.reeve("show", "r1")).stdout).toMatch(/^queued for \d.* before$/m);
});

test("Ctrl-C leaves a run with a time in the queue, and another start sees it", async () => {
  await using workspace = makeWorkspace(CONFIG);
  const call = workspace.start(["run", "double", "--input", "2", "--at", "2131-04-05T03:00Z", "--id", "r1"]);
  await call.says("queued     begins at 2131-04-05");
  call.child.kill("SIGINT");
  expect(await call.ended).toMatchObject({ code: 130, stderr: expect.stringContaining("reeve resume r1") });
  expect((await workspace.reeve("runs", "--state", "queued")).stdout).toMatch(/^r1 +double +queued/m);
  expect((await workspace.reeve("doctor")).stdout).toMatch(
    /^✓ 1 run is queued, since .*; what it waits for: reeve show r1$/m,
  );
  const next = workspace.start(["run", "double", "--input", "3"]);
  expect(await next.ended).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("1 unfinished run: r1"),
  });
});

test("a run that a limit holds back says which limit, and how many were queued before it", async () => {
  await using workspace = makeWorkspace(CONFIG);
  const owner = workspace.start(["run", "single", "--input", "1", "--id", "r1"]);
  await owner.says("started    lasting");
  const second = workspace.start(["run", "single", "--input", "2", "--id", "r2"]);
  await second.says("its pattern has limits of 1 at once, 100 per second, for each key");
  const third = workspace.start(["run", "single", "--input", "3", "--id", "r3"]);
  await third.says("; 1 run of its pattern was queued before it");
  const shown = await workspace.reeve("show", "r3");
  expect(shown.stdout).toMatch(
    /^queued since .*: its pattern has limits of 1 at once.*; 1 run of its pattern was/m,
  );
  expect(JSON.parse((await workspace.reeve("show", "r3", "--json")).stdout)).toMatchObject({
    queuePlace: { before: 1, isMore: false, limits: ["1 at once", "100 per second, for each key"] },
  });
  for (const guest of [third, second]) {
    guest.child.kill("SIGINT");
    expect(await guest.ended).toMatchObject({
      code: 130,
      stderr: expect.stringContaining("the run goes on in the process that owns the log"),
    });
  }
  for (const id of ["r2", "r3"])
    expect((await workspace.reeve("cancel", id)).stdout).toContain("is being cancelled");
  owner.child.kill("SIGUSR2");
  expect(await owner.ended).toMatchObject({ code: 0, stdout: "1\n" });
  expect((await workspace.reeve("show", "r3")).stdout).toMatch(/^cancelled after /m);
});

test("the owner sets, replaces and forgets a schedule, which is listed", async () => {
  await using workspace = makeWorkspace(CONFIG);
  expect(await workspace.reeve("schedules")).toMatchObject({
    code: 0,
    stdout: "",
    stderr: expect.stringContaining("no schedules yet; set one: reeve schedule NAME PATTERN"),
  });
  const owner = workspace.start(["run", "asks", "--id", "r1"]);
  await owner.says("waiting    look");
  const set = await workspace.reeve("schedule", "nightly", "double", "--cron", "0 3 * * *", "--input", "4");
  expect([set.code, set.stdout]).toEqual([
    0,
    expect.stringMatching(/^schedule 'nightly' is set: it starts runs of 'double'; next at \d{4}-.*\n$/),
  ]);
  const zone = ["--zone", "Europe/Berlin", "--missed", "skip"];
  await workspace.reeve("schedule", "nightly", "double", "--cron", "@daily", ...zone);
  const listed = await workspace.reeve("schedules");
  expect(listed.stdout).toMatch(/^NAME +PATTERN +CRON +ZONE +MISSED +NEXT +SET BY$/m);
  expect(listed.stdout).toMatch(/^nightly +double +@daily +Europe\/Berlin +skip +\d{4}-.*, in .* local$/m);
  expect(JSON.parse((await workspace.reeve("schedules", "--json")).stdout)).toMatchObject({
    schedules: [{ name: "nightly", pattern: "double", missed: "skip" }],
  });
  expect((await workspace.reeve("doctor")).stdout).toMatch(/^✓ 1 schedule, next at /m);
  const forgotten = await workspace.reeve("unschedule", "nightly");
  expect(forgotten).toMatchObject({ code: 0, stdout: expect.stringContaining("'nightly' is forgotten") });
  expect((await workspace.reeve("schedules")).stdout).toBe("");
  await stop(owner);
});

test("without an owner a schedule waits for the next start; doctor says when its pattern is gone", async () => {
  await using workspace = makeWorkspace(CONFIG);
  const first = workspace.start(["run", "asks", "--id", "r1"]);
  await first.says("waiting    look");
  await stop(first);
  const later = await workspace.reeve("schedule", "hourly", "double", "--cron", "@hourly", "--json");
  expect(JSON.parse(later.stdout)).toEqual({ name: "hourly", pattern: "double", taken: false });
  const next = workspace.start(["resume", "r1"]);
  await next.says("waiting    look");
  expect((await workspace.reeve("schedules")).stdout).toMatch(/^hourly /m);
  await stop(next);
  workspace.write("reeve.config.ts", CONFIG.replace('sequential("double", { steps: [double] }),', ""));
  expect(await workspace.reeve("doctor")).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/✗ schedule 'hourly' starts runs of 'double'.*\n.*reeve unschedule hourly/),
  });
});

test("what can't begin later is refused, with what helps", async () => {
  await using workspace = makeWorkspace(CONFIG);
  const cases: readonly (readonly [readonly string[], number, string, string])[] = [
    [["run", "double", "--delay", "5"], 2, "--delay is '5': its unit is missing", "30s, 10m, 1h30m"],
    [["run", "double", "--at", "tomorrow"], 2, "--at is 'tomorrow'", "2031-04-05T03:00Z"],
    [["run", "double", "--at", "2020-01-01T00:00Z"], 2, "which has passed", "give a time to come"],
    [["run", "double", "--at", "2131-01-01", "--delay", "1s"], 2, "exclude each other", "how long to wait"],
    [["schedule", "nightly", "double"], 2, "--cron is missing", "--cron @daily"],
    [
      ["schedule", "nightly", "duoble", "--cron", "@daily"],
      4,
      "no pattern 'duoble'",
      "did you mean 'double'?",
    ],
    [["schedule", "nightly", "double", "--cron", "99 * * * *"], 2, "invalid value for minute: 99", "@daily"],
    [
      ["schedule", "nightly", "double", "--cron", "@daily", "--zone", "Mars"],
      2,
      "timeZone is Mars",
      "Berlin",
    ],
    [
      ["schedule", "nightly", "double", "--cron", "@daily", "--missed", "al"],
      2,
      "'al'",
      "did you mean 'all'?",
    ],
    [["unschedule", "nightly"], 4, "there is no schedule 'nightly'", "reeve schedules"],
  ];
  await workspace.reeve("run", "double", "--input", "1");
  for (const [args, code, message, hint] of cases) {
    const ended = await workspace.reeve(...args);
    expect(ended, args.join(" ")).toMatchObject({ code, stdout: "" });
    expect(ended.stderr).toContain(message);
    expect(ended.stderr).toContain(hint);
  }
});

test("a run in a run is followed, shown from both sides, and answered where it waits", async () => {
  await using workspace = makeWorkspace(CONFIG);
  const owner = workspace.start(["run", "parent", "--input", "4", "--id", "p1"]);
  await owner.says("started    ask as run p1/ask");
  const child = workspace.start(["resume", "p1/ask"]);
  await child.says("waiting    may-it; answer it: reeve signal p1/ask may-it");
  const parent = await workspace.reeve("show", "p1");
  expect(parent.stdout).toMatch(/^ {2}● ask .*run p1\/ask waiting\b/m);
  expect(parent.stdout).toMatch(/^child runs \(1\):\n {2}ask {2}p1\/ask {2}waiting$/m);
  expect((await workspace.reeve("show", "p1/ask")).stdout).toContain(
    "child of run p1, started by its step 'ask', which awaits it",
  );
  expect((await workspace.reeve("runs")).stdout).toMatch(/^p1\/ask +kid +waiting .* child of p1$/m);
  await workspace.reeve("signal", "p1/ask", "may-it");
  expect(await child.ended).toMatchObject({ code: 0 });
  const { code, stdout, stderr } = await owner.ended;
  expect([code, stdout]).toEqual([0, "8\n"]);
  expect(stderr).toContain("completed  ask: run p1/ask");
  expect((await workspace.reeve("show", "p1")).stdout).toMatch(/^ {2}ask {2}p1\/ask {2}completed$/m);
});

test("doctor names stranded runs by the version they began with", async () => {
  await using workspace = makeWorkspace(CONFIG);
  for (const id of ["r1", "r2"]) {
    const call = workspace.start(["run", "asks", "--id", id]);
    await call.says("waiting    look");
    await stop(call);
  }
  workspace.write("reeve.config.ts", CONFIG.replace('approval("look")', 'approval("glance")'));
  await workspace.reeve("run", "double", "--input", "1");
  const { code, stdout } = await workspace.reeve("doctor");
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^! 2 runs can't go on with the registered patterns, such as r\d: begun with version \w{12} of 'asks'\n.*reeve cancel r\d; list them: reeve runs --state stranded --pattern asks$/m,
  );
  expect(await workspace.reeve("retry", "r1")).toMatchObject({ code: 7 });
});

test("retention of the configuration archives what ended, and a wrong one is a fault of the configuration", async () => {
  const retention = `{ retention: { afterMs: 1_000, archive: "old" }, patterns,`;
  await using workspace = makeWorkspace(CONFIG.replace("{ patterns,", retention));
  await workspace.reeve("run", "double", "--input", "2", "--id", "r1");
  expect((await workspace.reeve("doctor")).stdout).toContain(
    "✓ runs are removed 1.0 s after their end, and kept in old",
  );
  const owner = workspace.start(["run", "asks", "--id", "r2"]);
  await owner.says("waiting    look");
  await expect.poll(async () => (await workspace.reeve("show", "r1")).code, { timeout: 60_000 }).toBe(4);
  expect(existsSync(join(workspace.folder, "old"))).toBe(true);
  expect(readdirSync(join(workspace.folder, "old"))).toEqual([expect.stringMatching(/^[\d-]+\.jsonl\.gz$/)]);
  await stop(owner);
  workspace.write("reeve.config.ts", CONFIG.replace("{ patterns,", "{ retention: { afterMs: 5 }, patterns,"));
  expect(await workspace.reeve("runs")).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(/reeve\.config\.ts: .*retention\.afterMs is 5\nhint: /),
  });
});

async function stop(running: Running): Promise<void> {
  running.child.kill("SIGINT");
  await running.ended;
}
