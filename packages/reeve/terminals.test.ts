/** Ctrl-C, and what a second terminal can do while a run goes on in the first. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { disposeWorkspaces, makeWorkspace } from "./call-reeve.ts";

const CONFIG = `
import { agent, approval, sequential, sqliteEngine } from "reeve";
// Ends when the process was asked to stop: a step that is still running then, and may finish.
const lasting = agent("lasting", { run: () => new Promise<string>((resolve) => process.once("SIGINT", () => resolve("drained"))) });
const endless = agent("endless", { run: () => new Promise<string>(() => setInterval(() => {}, 1_000)) });
const first = agent("first", { run: async (n: unknown) => n, undo: async () => {} });
const last = agent("last", { run: async (n: unknown) => ({ done: n }) });
const patterns = [
  sequential("drains", { steps: [lasting, last] }),
  sequential("endless", { steps: [endless] }),
  sequential("asks", { steps: [first, approval("second-look", { merge: (n: unknown, answer: unknown) => ({ n, answer }) }), last] }),
];
export default { patterns, engine: sqliteEngine("reeve.db") };
`;

afterAll(disposeWorkspaces);

test("the first Ctrl-C drains and names the command that resumes, which goes on where it stopped", async () => {
  await using workspace = makeWorkspace(CONFIG);
  const call = workspace.start(["run", "drains", "--id", "r1", "--input", "1"]);
  await call.says("started    lasting");
  call.child.kill("SIGINT");
  const { code, stderr } = await call.ended;
  expect(stderr).toContain("Ctrl-C: running steps may finish; once more stops at once");
  expect(stderr).toContain("completed  lasting");
  expect(stderr).toContain("Go on with: reeve resume r1");
  expect(code).toBe(130);
  expect((await workspace.reeve("runs", "--unfinished")).stdout).toContain("r1");
  const resumed = await workspace.reeve("resume", "r1");
  expect(resumed).toMatchObject({ code: 0, stdout: `{\n  "done": "drained"\n}\n` });
  expect(resumed.stderr).not.toContain("lasting");
});

test("the second Ctrl-C stops at once", async () => {
  await using workspace = makeWorkspace(CONFIG);
  const call = workspace.start(["run", "endless", "--id", "r1"]);
  await call.says("started    endless");
  call.child.kill("SIGINT");
  await call.says("once more stops at once");
  call.child.kill("SIGINT");
  expect(await call.ended).toMatchObject({ code: 130, signal: null });
});

test("a step that ignores its signal does not keep the process after its grace period", async () => {
  await using workspace = makeWorkspace(
    CONFIG.replace("{ patterns,", "{ drainMs: 20, graceMs: 20, patterns,"),
  );
  const call = workspace.start(["run", "endless", "--id", "r1"]);
  await call.says("started    endless");
  call.child.kill("SIGINT");
  expect(await call.ended).toMatchObject({ code: 130, stderr: expect.stringContaining("reeve resume r1") });
});

test("commands that only look do not set unfinished runs going", async () => {
  await using workspace = makeWorkspace(CONFIG);
  const call = workspace.start(["run", "asks", "--id", "r1", "--input", "1"]);
  await call.says("waiting    second-look");
  call.child.kill("SIGINT");
  await call.ended;
  const before = await workspace.reeve("events", "r1");
  for (const args of [["runs"], ["show", "r1"], ["doctor"]]) {
    expect(await workspace.reeve(...args)).toMatchObject({ code: 0 });
  }
  expect((await workspace.reeve("events", "r1")).stdout).toBe(before.stdout);
  const cancelled = await workspace.reeve("cancel", "r1", "--reason", "not needed");
  expect(cancelled.stdout).toContain(
    "nobody owns the log at the moment: run r1 will be cancelled at the next start",
  );
  const resumed = await workspace.reeve("resume", "r1");
  expect(resumed.code).toBe(5);
  expect(resumed.stderr).toContain("reason: not needed");
});

test("a second terminal answers an approval", async () => {
  await using workspace = makeWorkspace(CONFIG);
  const call = workspace.start(["run", "asks", "--id", "r1", "--input", "1"]);
  await call.says("answer it: reeve signal r1 second-look --answer JSON");
  expect(await workspace.reeve("signal", "r1", "second-lok")).toMatchObject({ code: 4 });
  const answered = await workspace.reeve("signal", "r1", "second-look", "--answer", `{"ok":true}`);
  expect(answered).toMatchObject({ code: 0, stdout: "run r1 has the answer; see reeve show r1\n" });
  const { code, stdout } = await call.ended;
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({ done: { n: 1, answer: { ok: true } } });
});

test("a second terminal cancels a run, which undoes what it did and exits with 5", async () => {
  await using workspace = makeWorkspace(CONFIG);
  const call = workspace.start(["run", "asks", "--id", "r1", "--input", "1"]);
  await call.says("waiting    second-look");
  const cancelled = await workspace.reeve("cancel", "r1", "--reason", "wrong file");
  expect(cancelled).toMatchObject({ code: 0, stdout: expect.stringContaining("run r1 is being cancelled") });
  const { code, stderr } = await call.ended;
  expect(code).toBe(5);
  expect(stderr).toContain("undone (1 step):\n  first");
});

test("run beside another process asks that one to do it, and follows", async () => {
  await using workspace = makeWorkspace(CONFIG);
  const owner = workspace.start(["run", "asks", "--id", "r1", "--input", "1"]);
  await owner.says("waiting    second-look");
  const guest = workspace.start(["run", "asks", "--id", "r2", "--input", "2"]);
  await guest.says("another process owns the log");
  await guest.says("waiting    second-look");
  await workspace.reeve("signal", "r2", "second-look");
  expect(await guest.ended).toMatchObject({ code: 0, stdout: expect.stringContaining(`"n": 2`) });
  await workspace.reeve("cancel", "r1");
  await owner.ended;
});

test("doctor names the process that owns the log", async () => {
  await using workspace = makeWorkspace(CONFIG);
  const owner = workspace.start(["run", "asks", "--id", "r1", "--input", "1"]);
  await owner.says("waiting    second-look");
  expect((await workspace.reeve("doctor")).stdout).toMatch(
    new RegExp(`^✓ process ${owner.child.pid} on .* owns the log since \\d{4}-`, "m"),
  );
  owner.child.kill("SIGINT");
  await owner.ended;
  expect((await workspace.reeve("doctor")).stdout).toContain("✓ no process owns the log");
});

test("a guest that is interrupted leaves the run going", async () => {
  await using workspace = makeWorkspace(CONFIG);
  const owner = workspace.start(["run", "asks", "--id", "r1", "--input", "1"]);
  await owner.says("waiting    second-look");
  const guest = workspace.start(["resume", "r1"]);
  await guest.says("another process owns the log");
  guest.child.kill("SIGINT");
  const { code, stderr } = await guest.ended;
  expect([code, stderr]).toEqual([
    130,
    expect.stringContaining("the run goes on in the process that owns the log"),
  ]);
  await workspace.reeve("signal", "r1", "second-look");
  expect(await owner.ended).toMatchObject({ code: 0 });
});

test("events --follow shows what happens from here on, until the run ends", async () => {
  await using workspace = makeWorkspace(CONFIG);
  const owner = workspace.start(["run", "asks", "--id", "r1", "--input", "1"]);
  await owner.says("waiting    second-look");
  const reader = workspace.start(["events", "r1", "--follow"]);
  await reader.says("wait-started");
  await workspace.reeve("signal", "r1", "second-look");
  expect((await reader.ended).stdout).toMatch(/signal-received[^]*run-ended/);
  await owner.ended;
});

test("SIGTERM drains like Ctrl-C and exits with 143", async () => {
  await using workspace = makeWorkspace(CONFIG);
  const call = workspace.start(["run", "asks", "--id", "r1"]);
  await call.says("waiting    second-look");
  call.child.kill("SIGTERM");
  const { code, stderr } = await call.ended;
  expect([code, stderr]).toEqual([143, expect.stringContaining("Go on with: reeve resume r1")]);
});

test("run says which unfinished runs of the log go on beside it", async () => {
  await using workspace = makeWorkspace(CONFIG);
  const first = workspace.start(["run", "asks", "--id", "r1"]);
  await first.says("waiting    second-look");
  first.child.kill("SIGKILL");
  await first.ended;
  const second = workspace.start(["run", "asks", "--id", "r2"]);
  await second.says("resuming 1 unfinished run: r1");
  await second.says("waiting    second-look");
  await workspace.reeve("cancel", "r2");
  expect((await second.ended).code).toBe(5);
});

test("a run whose pattern changed is shown as stranded, with what helps, and is not waited for", async () => {
  await using workspace = makeWorkspace(CONFIG);
  const call = workspace.start(["run", "asks", "--id", "r1"]);
  await call.says("waiting    second-look");
  call.child.kill("SIGINT");
  await call.ended;
  workspace.write(
    "reeve.config.ts",
    CONFIG.replace(`steps: [first, approval`, `steps: [approval("new"), first, approval`),
  );
  const resumed = await workspace.reeve("resume", "r1");
  expect([resumed.code, resumed.stderr]).toEqual([7, expect.stringContaining("error: run 'r1' is stranded")]);
  const shown = await workspace.reeve("show", "r1");
  expect(shown.stdout).toMatch(/^stranded: .*not registered\nhint: /m);
  const doctor = await workspace.reeve("doctor");
  expect(doctor).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(
      "! 1 run can't go on with the registered patterns, r1: begun with version ",
    ),
  });
});

test("whoever goes on with a run that waits already is told what it waits for", async () => {
  await using workspace = makeWorkspace(CONFIG);
  const call = workspace.start(["run", "asks", "--id", "r1", "--input", "1"]);
  await call.says("waiting    second-look");
  call.child.kill("SIGINT");
  await call.ended;
  const resumed = workspace.start(["resume", "r1"]);
  await resumed.says("waiting    second-look; answer it: reeve signal r1 second-look --answer JSON");
  await workspace.reeve("signal", "r1", "second-look");
  const { code, stderr } = await resumed.ended;
  expect(code).toBe(0);
  expect(stderr.match(/waiting {4}/g)).toHaveLength(1);
});

const oldNode = (process.env["PATH"] ?? "")
  .split(delimiter)
  .map((folder) => join(folder, "node"))
  .find((file) => existsSync(file) && majorOf(file) < 24);

test.skipIf(oldNode === undefined)("an old Node gets one line with the command that works", async () => {
  const bin = join(import.meta.dirname, "bin", "reeve.js");
  const child = spawn(oldNode ?? "", [bin, "run", "greet", "--input", `{"a":1}`], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const code = await new Promise((resolve) => child.on("close", resolve));
  expect(code).toBe(3);
  expect(stderr).toMatch(
    /^reeve needs Node 24 or newer; this is v\d+\.\d+\.\d+\. Try: npx -y node@24 \S+ run greet --input '\{"a":1\}'\n$/,
  );
});

function majorOf(file: string): number {
  return Number(/^v(\d+)/.exec(spawnSync(file, ["--version"], { encoding: "utf8" }).stdout)?.[1] ?? 99);
}
