/** `reeve retry` and `reeve fork`: new runs that take over what another one did, as a user's shell sees them. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { disposeWorkspaces, makeWorkspace, type Workspace } from "./call-reeve.ts";

const CONFIG = `
import { existsSync } from "node:fs";
import { agent, approval, forEach, sequential, sqliteEngine } from "reeve";
const read = agent("read", { run: async (input: { rows: number }) => ({ rows: input.rows }) });
const check = agent("check", {
  run: async (input: { rows: number }) => {
    if (input.rows > 5 && !existsSync("mended")) throw new Error("too many rows");
    return input;
  },
});
const write = agent("write", { run: async (input: { rows: number }) => ({ written: input.rows }) });
const odd = agent("odd", { run: async (n: number) => { if (n === 1 && !existsSync("mended")) throw new Error("one"); return n; } });
const patterns = [
  sequential("import", { steps: [read, check, write] }),
  sequential("asks", { steps: [read, approval("look"), write] }),
  forEach("tolerant", { items: (input: { items: number[] }) => input.items, step: odd, tolerate: { failures: 1 } }),
];
export default { patterns, engine: sqliteEngine("reeve.db") };
`;

afterAll(disposeWorkspaces);

describe("of runs that have ended", () => {
  let workspace: Workspace;

  beforeAll(async () => {
    workspace = makeWorkspace(CONFIG);
    await workspace.reeve("run", "import", "--input", `{"rows":9}`, "--id", "bad");
    await workspace.reeve("run", "import", "--input", `{"rows":1}`, "--id", "good");
  });

  test("show of a failed run names the command that makes anew what failed", async () => {
    expect((await workspace.reeve("show", "bad")).stdout).toContain("make anew what failed: reeve retry bad");
  });

  test("fork with an output goes on after the step, and show says what it was made from", async () => {
    const given = ["--from", "check", "--output", `{"rows":4}`, "--id", "given"];
    const forked = await workspace.reeve("fork", "bad", ...given);
    expect(forked).toMatchObject({ code: 0, stdout: `{\n  "written": 4\n}\n` });
    expect(forked.stderr).toContain("run given is forked from run bad from step 'check'");
    expect(forked.stderr).toContain("taken over read");
    expect(forked.stderr).not.toContain("started    check");
    expect((await workspace.reeve("show", "given")).stdout).toContain(
      "fork of run bad from step 'check' with a given output",
    );
    expect((await workspace.reeve("runs")).stdout).toMatch(/^given .* fork of bad$/m);
    expect(JSON.parse((await workspace.reeve("show", "given", "--json")).stdout)).toMatchObject({
      run: { origin: { forkedFrom: { run: "bad", from: "check" } } },
    });
  });

  test("fork with an input makes the step anew with it; without a step the whole run", async () => {
    const step = await workspace.reeve("fork", "bad", "--from", "check", "--input", `{"rows":3}`);
    expect(step).toMatchObject({ code: 0, stdout: expect.stringContaining(`"written": 3`) });
    expect(step.stderr).toContain("taken over read");
    const whole = await workspace.reeve("fork", "bad", "--input", `{"rows":2}`);
    expect(whole).toMatchObject({ code: 0, stdout: expect.stringContaining(`"written": 2`) });
    expect(whole.stderr).toContain("started    read");
  });

  test("retry --from goes back to a step of one's choice, with another input if one is given", async () => {
    const again = await workspace.reeve("retry", "good", "--from", "write", "--json");
    expect(JSON.parse(again.stdout)).toMatchObject({
      outcome: { status: "completed", output: { written: 1 } },
    });
    const other = await workspace.reeve("retry", "bad", "--from", "check", "--input", `{"rows":5}`);
    expect(other).toMatchObject({ code: 0, stdout: expect.stringContaining(`"written": 5`) });
    expect(other.stderr).toMatch(/run \S+ retries run bad from step 'check'/);
  });

  test("one id is one run: the same retry is followed again, another one is refused", async () => {
    const first = await workspace.reeve("retry", "bad", "--id", "again");
    expect(first).toMatchObject({ code: 1, stderr: expect.stringContaining("too many rows") });
    const events = await workspace.reeve("events", "again");
    expect(await workspace.reeve("retry", "bad", "--id", "again")).toMatchObject({ code: 1 });
    expect((await workspace.reeve("events", "again")).stdout).toBe(events.stdout);
    expect(await workspace.reeve("fork", "good", "--id", "again")).toMatchObject({
      code: 7,
      stderr: expect.stringContaining("use another id"),
    });
  });

  test.each([
    [["retry", "nobody"], 4, "there is no run 'nobody'", "reeve runs"],
    [["retry", "bda"], 4, "there is no run 'bda'", "did you mean 'bad'?"],
    [["retry", "good"], 7, "run 'good' completed, and nothing in it failed", "reeve retry good --from STEP"],
    [["retry", "bad", "--input", "1"], 2, "--input needs --from STEP", "reeve fork bad --input JSON"],
    [["retry", "bad", "--from", "chek"], 2, "has no step 'chek'", "did you mean 'check'?"],
    [["retry", "bad", "--id", "bad"], 2, "--id is 'bad', the run itself", "another id"],
    [["fork", "nobody"], 4, "there is no run 'nobody'", "reeve runs"],
    [["fork", "bad", "--from", "nowhere"], 2, "has no step 'nowhere'", "its steps are: read, check, write"],
    [["fork", "bad", "--from", "write"], 2, "has not begun step 'write'", "a step that it has begun"],
    [["fork", "bad", "--output", "1"], 2, "--output needs --from STEP", "name the step"],
    [["fork", "bad", "--from", "check", "--input", "1", "--output", "2"], 2, "exclude each other", "hint:"],
    [["fork", "bad", "--input", "nix"], 2, "--input is not JSON: Unexpected token 'i' in: nix", `'"nix"'`],
  ])("reeve %j exits with %i and says what helps", async (args, code, message, hint) => {
    const ended = await workspace.reeve(...args);
    expect(ended.stderr).toContain(message);
    expect(ended.stderr).toContain(hint);
    expect(ended).toMatchObject({ code, stdout: "" });
  });

  test("a call that is refused starts no run", async () => {
    const before = await workspace.reeve("runs", "--json");
    await workspace.reeve("fork", "bad", "--from", "write");
    await workspace.reeve("retry", "good");
    expect((await workspace.reeve("runs", "--json")).stdout).toBe(before.stdout);
  });
});

test("retry makes anew what failed once its cause is mended, and leaves the old run as it is", async () => {
  await using workspace = makeWorkspace(CONFIG);
  await workspace.reeve("run", "import", "--input", `{"rows":9}`, "--id", "bad");
  await workspace.reeve("run", "tolerant", "--input", `{"items":[0,1,2]}`, "--id", "most");
  workspace.write("mended", "");
  const retried = await workspace.reeve("retry", "bad", "--id", "mended");
  expect(retried).toMatchObject({ code: 0, stdout: `{\n  "written": 9\n}\n` });
  expect(retried.stderr).toContain("taken over read");
  expect((await workspace.reeve("show", "mended")).stdout).toContain(
    "retry of run bad: what it completed is taken over",
  );
  expect((await workspace.reeve("show", "bad")).stdout).toMatch(/^failed after /m);
  // A completed run with a tolerated failure has something to make anew.
  expect(await workspace.reeve("retry", "most")).toMatchObject({ code: 0 });
});

test("beside an owner the new run is made there, and followed; a run that goes on is not retried", async () => {
  await using workspace = makeWorkspace(CONFIG);
  await workspace.reeve("run", "import", "--input", `{"rows":9}`, "--id", "bad");
  const owner = workspace.start(["run", "asks", "--input", `{"rows":1}`, "--id", "asked"]);
  await owner.says("waiting    look");
  expect(await workspace.reeve("retry", "asked")).toMatchObject({
    code: 7,
    stderr: expect.stringMatching(/run 'asked' is waiting[^]*reeve resume asked; .*reeve cancel asked/),
  });
  workspace.write("mended", "");
  const retried = await workspace.reeve("retry", "bad");
  expect(retried).toMatchObject({ code: 0, stdout: `{\n  "written": 9\n}\n` });
  expect(retried.stderr).toContain("another process owns the log: it is asked to do this");
  const forked = workspace.start(["fork", "asked", "--from", "look", "--id", "second"]);
  await forked.says("waiting    look; answer it: reeve signal second look");
  await workspace.reeve("signal", "second", "look");
  expect(await forked.ended).toMatchObject({ code: 0, stdout: `{\n  "written": 1\n}\n` });
  await workspace.reeve("signal", "asked", "look");
  expect(await owner.ended).toMatchObject({ code: 0 });
});

test("the first Ctrl-C during a retry names the command that goes on with the new run", async () => {
  await using workspace = makeWorkspace(CONFIG);
  const first = workspace.start(["run", "asks", "--input", `{"rows":1}`, "--id", "asked"]);
  await first.says("waiting    look");
  await workspace.reeve("cancel", "asked");
  expect((await first.ended).code).toBe(5);
  const retried = workspace.start(["retry", "asked", "--id", "again"]);
  await retried.says("waiting    look");
  retried.child.kill("SIGINT");
  expect(await retried.ended).toMatchObject({
    code: 130,
    stderr: expect.stringContaining("Go on with: reeve resume again"),
  });
});
