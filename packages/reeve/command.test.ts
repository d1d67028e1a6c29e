/** What each command prints and how it exits, as a user's shell sees it. */
import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { disposeWorkspaces, makeWorkspace, type Workspace } from "./call-reeve.ts";
import { EXIT_MEANINGS } from "./src/command-line/exit-codes.ts";
import { COMMANDS } from "./src/commands/all.ts";

const CONFIG = `
import { agent, forEach, sequential, sqliteEngine } from "reeve";
const double = agent("double", { run: async (n: number) => n * 2 });
const boom = agent("boom", { run: async () => { throw new Error("no luck\\u001b[31m\\nsecond line", { cause: new TypeError("deep") }); } });
const keep = agent("keep", { run: async (n: unknown) => n, undo: async () => {} });
const stuck = agent("stuck", { run: async (n: unknown) => n, undo: async () => { throw new Error("can't"); } });
const patterns = [
  sequential("double", { steps: [double] }),
  sequential("broken", { steps: [keep, boom] }),
  sequential("stuck", { steps: [stuck, boom] }),
  forEach("scan", { items: (input: { n: number }) => Array.from({ length: input.n }, (_, k) => k), step: double }),
];
export default { patterns, engine: sqliteEngine("reeve.db") };
`;

afterAll(disposeWorkspaces);

describe("commands on one log", () => {
  let workspace: Workspace;

  beforeAll(async () => {
    workspace = makeWorkspace(CONFIG);
    await workspace.reeve("run", "double", "--input", "21", "--id", "d1");
    await workspace.reeve("run", "broken", "--input", "1", "--id", "b1");
  });

  test("run prints the output alone on standard output, and plain lines beside it", async () => {
    const { code, stdout, stderr } = await workspace.reeve("run", "double", "--input", "4");
    expect([code, stdout]).toEqual([0, "8\n"]);
    expect(stderr).toMatch(/^\d\d:\d\d:\d\d {2}started {4}double$/m);
    expect(stderr).toMatch(/^completed after .* [0-9a-f]{32}$/m);
    // eslint-disable-next-line no-control-regex
    expect(stderr).not.toMatch(/[\u001b\r]/);
  });

  test("run --json prints one object with the outcome", async () => {
    const { stdout } = await workspace.reeve("run", "double", "--input", "4", "--id", "j1", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      id: "j1",
      pattern: "double",
      outcome: { status: "completed", output: 8 },
    });
  });

  test("a failed run exits with 1 and shows error, cause, what was undone and what to do next", async () => {
    const { code, stdout, stderr } = await workspace.reeve("run", "broken", "--input", "2");
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("Error: no luck second line (in boom)");
    expect(stderr).toContain("because TypeError: deep");
    expect(stderr).toContain("undone (1 step):\n  keep");
    expect(stderr).toMatch(/see every step: reeve show /);
  });

  test("a failed undo exits with 6", async () => {
    const { code, stderr } = await workspace.reeve("run", "stuck", "--input", "2");
    expect(code).toBe(6);
    expect(stderr).toContain("NOT undone; a person must look (1 step):\n  stuck");
  });

  test("a loop is counted, not listed", async () => {
    const { stderr } = await workspace.reeve("run", "scan", "--input", `{"n":300}`, "--id", "s1");
    expect(stderr).toMatch(/completed {2}scan 300\/300 in /);
    expect(stderr).not.toContain("[17]");
  });

  test("the input can come from a file and from standard input", async () => {
    workspace.write("three.json", "3\n");
    expect((await workspace.reeve("run", "double", "--input", "@three.json")).stdout).toBe("6\n");
    expect((await workspace.start(["run", "double", "--input", "-"], { stdin: "5" }).ended).stdout).toBe(
      "10\n",
    );
  });

  test("show prints the tree, the error and the outcome without escapes of the run", async () => {
    const { code, stdout } = await workspace.reeve("show", "b1");
    expect(code).toBe(0);
    expect(stdout).toContain("↶ keep  undone");
    expect(stdout).toMatch(/✗ boom {2}Error: no luck second line/);
    expect(stdout).toMatch(/^rolled-back after /m);
    expect(stdout).not.toContain("\u001b");
  });

  test("show --json has run, outcome, steps, loops and counts", async () => {
    const shown: unknown = JSON.parse((await workspace.reeve("show", "d1", "--json")).stdout);
    expect(shown).toMatchObject({
      run: { id: "d1", pattern: "double", state: "ended", outcome: "completed" },
      outcome: { status: "completed", output: 42 },
      steps: [{ path: "" }, { path: "double", state: "completed" }],
      loops: [],
      counts: { completed: 1, failed: 0 },
    });
    expect(shown).not.toHaveProperty("run.inputDigest");
  });

  test("runs filters, and --json is a page", async () => {
    const { stdout } = await workspace.reeve(
      "runs",
      "--outcome",
      "rolled-back",
      "--pattern",
      "broken",
      "--json",
    );
    const page = JSON.parse(stdout) as { runs: { id: string }[]; next: string | null };
    expect(page.runs.map(({ id }) => id)).toContain("b1");
    expect(page.next).toBeNull();
    const first = await workspace.reeve("runs", "--limit", "1");
    expect(first.stdout.split("\n")[0]).toMatch(/^RUN +PATTERN +STATE +STARTED +TOOK$/);
    expect(first.stderr).toMatch(/more: add --after \S+/);
  });

  test("events --json prints JSON lines in order", async () => {
    const { stdout } = await workspace.reeve("events", "d1", "--json");
    const events = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { kind: string; seq: number });
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(events.at(-1)?.kind).toBe("run-ended");
  });

  test("events --follow of a run that has ended ends", async () => {
    expect((await workspace.reeve("events", "d1", "--follow")).stdout).toContain("run-ended");
  });

  test("doctor finds nothing wrong", async () => {
    const { code, stdout } = await workspace.reeve("doctor");
    expect(code, stdout).toBe(0);
    expect(stdout).toContain("4 patterns: double, broken, stuck, scan");
    expect(stdout).toContain("the log can be read");
  });

  test("cancel and signal of a run that has ended change nothing", async () => {
    expect(await workspace.reeve("cancel", "d1")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("completed"),
    });
    expect(await workspace.reeve("signal", "d1", "any")).toMatchObject({ code: 7 });
  });

  test("the configuration is found upward, and paths in it stay relative to it", async () => {
    const deep = join(workspace.folder, "a", "b");
    await mkdir(deep, { recursive: true });
    expect((await workspace.start(["runs", "--json"], { cwd: deep }).ended).stdout).toContain(`"id":"d1"`);
  });

  test.each([
    [["run", "doubel"], 4, "there is no pattern 'doubel'", "did you mean 'double'?"],
    [["run", "double", "--inpt", "1"], 2, "reeve run has no option --inpt", "did you mean --input?"],
    [["shw", "d1"], 2, "there is no command 'shw'", "did you mean 'reeve show'?"],
    [["runs", "--outcome", "faild"], 2, "--outcome is 'faild'", "did you mean 'failed'?"],
    [["show"], 2, "RUN is missing", "usage: reeve show RUN"],
    [["show", "d1", "d2"], 2, "'d2' is one word too many", "usage: reeve show RUN"],
    [["show", "nobody"], 4, "there is no run 'nobody'", "reeve runs"],
    [["resume", "nobody"], 4, "there is no run 'nobody'", "reeve runs"],
    [["run", "double", "--input"], 2, "--input needs a value", ""],
    [["run", "double", "--input", "--json"], 2, "--input needs a value", "write --input=--json"],
    [["run", "double", "--input", `{"a":\n 1,}`], 2, "at line 2, column 4, near:", "hint:"],
    [["run", "double", "--input", "{'a':1}"], 2, "at line 1, column 2", "double quotes"],
    [["run", "double", "--input", "@nothing.json"], 2, "there is no file", "@ is followed by"],
    [
      ["run", "double", "--input", "2", "--id", "d1"],
      7,
      "run 'd1' exists with another input",
      "use another id",
    ],
    [["run", "double", "--priority", "9"], 2, "--priority is '9'", "0 (background) to 4"],
    [["run", "double", "--config", "nothing.ts"], 3, "there is no file", "--config FILE"],
  ])("reeve %j exits with %i and says what helps", async (args, code, message, hint) => {
    const ended = await workspace.reeve(...args);
    expect(ended.stderr).toContain(`error: `);
    expect(ended.stderr).toContain(message);
    expect(ended.stderr).toContain(hint);
    expect(ended).toMatchObject({ code, stdout: "" });
    expect(ended.stderr).not.toContain("    at ");
  });

  test("--debug shows where an error came from", async () => {
    expect((await workspace.reeve("show", "nobody", "--debug")).stderr).toMatch(/^ {4}at /m);
  });

  test("FORCE_COLOR colours what is piped, NO_COLOR and pipes don't", async () => {
    const coloured = await workspace.start(["runs"], { environment: { FORCE_COLOR: "1" } }).ended;
    expect(coloured.stdout).toContain("\u001b[");
    const plain = await workspace.start(["runs"], { environment: { NO_COLOR: "1" } }).ended;
    expect(plain.stdout).not.toContain("\u001b");
  });

  test("a reader that closes the pipe early is no error", async () => {
    const call = workspace.start(["events", "s1"]);
    call.child.stdout?.once("data", () => call.child.stdout?.destroy());
    expect(await call.ended).toMatchObject({ code: 0, stderr: "" });
  });
});

test("runs before the first run teaches how to start one", async () => {
  await using workspace = makeWorkspace(CONFIG);
  const { code, stdout, stderr } = await workspace.reeve("runs");
  expect([code, stdout, stderr]).toEqual([0, "", "no runs yet; start one: reeve run NAME --input JSON\n"]);
});

test("doctor names what keeps the log from being used, and exits with 1", async () => {
  await using workspace = makeWorkspace(CONFIG);
  workspace.write("reeve.db", "this is some other file, and a long one at that");
  const { code, stdout } = await workspace.reeve("doctor", "--json");
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    findings: expect.arrayContaining([
      {
        level: "problem",
        what: expect.stringContaining("is not an SQLite database"),
        remedy: expect.any(String),
      },
    ]),
  });
  expect(await workspace.reeve("runs")).toMatchObject({ code: 8 });
});

describe("help", () => {
  test("shows examples first, then every command and every exit code", async () => {
    await using workspace = makeWorkspace();
    const { code, stdout } = await workspace.reeve("--help");
    expect(code).toBe(0);
    expect(stdout.indexOf("reeve init")).toBeLessThan(stdout.indexOf("usage: reeve COMMAND"));
    for (const { name, words } of COMMANDS) expect(stdout).toContain(`\n  ${[name, ...words].join(" ")} `);
    expect((await workspace.reeve("run", "--help")).stdout).toMatch(
      /^ {2}reeve run [^]*\nusage: reeve run NAME/,
    );
    expect(stdout).toMatch(/^ +130 {2}interrupted/m);
    expect(await workspace.reeve()).toMatchObject({ code: 2, stdout: "" });
    expect((await workspace.reeve("--version")).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test("the table of exit codes in docs/command.md is the one of the help", async () => {
    const page = readFileSync(join(import.meta.dirname, "..", "..", "docs", "command.md"), "utf8");
    for (const [code, meaning] of EXIT_MEANINGS) expect(page).toContain(`| ${code} | ${meaning} |`);
  });
});

describe("init", () => {
  test("writes an example that runs, says what is next, and refuses to overwrite", async () => {
    await using workspace = makeWorkspace();
    const first = await workspace.reeve("init");
    expect(first.stdout).toContain(
      "wrote reeve.config.ts\nwrote greet.ts\nnext: npx reeve run greet --input",
    );
    const run = await workspace.reeve("run", "greet", "--input", `{"names":["Ada","Grace"]}`);
    expect(JSON.parse(run.stdout)).toEqual({ sent: ["Hello, Ada!", "Hello, Grace!"] });
    const again = await workspace.reeve("init");
    expect(again).toMatchObject({ code: 2, stdout: "" });
    expect(again.stderr).toContain("is there already; nothing was written");
  });

  test("writes .mts where .ts would not be a module", async () => {
    await using workspace = makeWorkspace();
    workspace.write("package.json", "{}\n");
    expect((await workspace.reeve("init")).stdout).toContain("wrote reeve.config.mts\nwrote greet.mts\n");
    const run = await workspace.reeve("run", "greet", "--input", `{"names":["Ada"]}`);
    expect(run).toMatchObject({ code: 0 });
    expect(run.stderr).not.toContain("Warning");
  });
});

describe("a configuration that can't be used", () => {
  test.each([
    ["export const patterns = [];", "has no default export"],
    ["export default { patterns: 1 };", "`patterns` is not a list"],
    ["export default { patterns: [] };", "`engine` is no engine"],
    ['import "not-there"; export default {};', "can't be loaded: Cannot find package 'not-there'"],
    ["enum Colour { Red }\nexport default {};", "can't be loaded"],
  ])("%j exits with 3", async (config, message) => {
    await using workspace = makeWorkspace(config);
    const { code, stderr } = await workspace.reeve("runs");
    expect(stderr).toContain(message);
    expect(stderr).toContain("hint: ");
    expect(code).toBe(3);
    expect(await workspace.reeve("doctor")).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(message),
    });
  });

  test("a pattern that is wrong says itself what helps", async () => {
    await using workspace = makeWorkspace(
      `import { sequential } from "reeve"; export default { patterns: [sequential("empty", { steps: [] })] };`,
    );
    const { code, stderr } = await workspace.reeve("runs");
    expect([code, stderr]).toEqual([3, expect.stringContaining("can't be loaded: sequential 'empty'")]);
    expect(stderr).not.toContain("run it with `node FILE`");
  });

  test("none at all exits with 3 and names init", async () => {
    await using workspace = makeWorkspace();
    const { code, stderr } = await workspace.reeve("runs");
    expect([code, stderr]).toEqual([3, expect.stringContaining("write one with `reeve init`")]);
  });

  test("a log in memory is refused where another process would have to see it", async () => {
    await using workspace = makeWorkspace(
      `import { memoryEngine } from "reeve"; export default { patterns: [], engine: memoryEngine() };`,
    );
    expect(await workspace.reeve("runs")).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("in memory"),
    });
  });
});
