import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterEach, expect, it } from "vitest";
import { stepContext, type ToldContext } from "./fixtures/step-context.ts";
import { processAgent, type CommandLine, type ProcessAgentOptions } from "./process-agent.ts";

const program = fileURLToPath(new URL("./fixtures/program.ts", import.meta.url));
const behave = (...args: readonly string[]): readonly string[] => [process.execPath, program, ...args];
const cleanups: (() => Promise<void> | void)[] = [];

type Options = Partial<ProcessAgentOptions<unknown, unknown>>;

function open(command: ProcessAgentOptions<unknown, unknown>["command"], options: Options = {}) {
  const agent = processAgent<"tool", unknown, unknown>("tool", { command, killGraceMs: 300, ...options });
  cleanups.push(async () => agent.close?.());
  return agent;
}

function attempt(
  command: CommandLine,
  options: Options = {},
  told: ToldContext = stepContext(),
  input: unknown = {},
) {
  return Promise.resolve(open(command, options).run(input, told.ctx));
}

/** Ended, also where nobody has collected its exit code yet. */
function hasEnded(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    // ignore: there is no such process any more
    return true;
  }
  const status = `/proc/${pid}/stat`;
  return existsSync(status) && / Z /.test(readFileSync(status, "utf8").replace(/^.*\)/, ")"));
}

/** A file in which a program tells the ids of its processes, and those it told. */
async function pidFile(): Promise<{ readonly path: string; pids(): readonly number[] }> {
  const folder = await mkdtemp(join(tmpdir(), "reeve-pids-"));
  cleanups.push(() => rm(folder, { recursive: true }));
  const path = join(folder, "pids.json");
  return { path, pids: () => JSON.parse(readFileSync(path, "utf8")) as number[] };
}

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

it("gives stdout as text, or what `parse` makes of it", async () => {
  expect(await attempt({ command: process.execPath, args: ["-p", "1+1"] })).toBe("2\n");
  const parse: Options["parse"] = (stdout, end) => [
    JSON.parse(stdout) as unknown,
    end.exitCode,
    end.stderr,
    end.input,
  ];
  expect(await attempt([process.execPath, "-p", "[1]"], { parse }, stepContext(), "in")).toEqual([
    [1],
    0,
    "",
    "in",
  ]);
  await expect(attempt([process.execPath, "-p", "'{'"], { parse })).rejects.toBeInstanceOf(SyntaxError);
  expect(open(["x"])).toMatchObject({ kind: "agent", runsOn: "process", name: "tool" });
});

it("hands arguments on as they are, without a shell, and makes them from the input", async () => {
  const hostile = ["; rm -rf /", "$(id)", 'a "b"', "*", "line\nbreak", ""];
  const agent = open((input) => behave("echo", ...(input as string[])));
  const { args } = JSON.parse((await agent.run(hostile, stepContext().ctx)) as string) as { args: string[] };
  expect(args).toEqual(hostile);
});

it("shows the program only the allowed part of the environment, and what is added", async () => {
  process.env["REEVE_TEST_CREDENTIAL"] = "hidden";
  cleanups.push(() => void delete process.env["REEVE_TEST_CREDENTIAL"]);
  const text = (await attempt(behave("echo"), { env: { LEVEL: "3" } })) as string;
  const { env } = JSON.parse(text) as { env: Record<string, string> };
  expect(env["LEVEL"]).toBe("3");
  expect(env["PATH"]).toBe(process.env["PATH"]);
  const others = Object.keys(env).filter(
    (name) => !/^(PATH|HOME|LANG|LC_.*|TMPDIR|TZ|SystemRoot|LEVEL|TRACEPARENT)$/.test(name),
  );
  // The system adds this one on macOS.
  expect(others.filter((name) => name !== "__CF_USER_TEXT_ENCODING")).toEqual([]);
});

it("starts in `cwd`", async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "reeve-cwd-")));
  cleanups.push(() => rm(folder, { recursive: true }));
  const { cwd } = JSON.parse((await attempt(behave("echo"), { cwd: folder })) as string) as { cwd: string };
  expect(cwd).toBe(folder);
});

it("writes stdin, and does not mind a program that reads none of it", async () => {
  const stdin = (input: unknown): string => `<${String(input)}>`;
  expect(await attempt(behave("copy"), { stdin }, stepContext(), "é".repeat(100_000))).toBe(
    `<${"é".repeat(100_000)}>`,
  );
  expect(await attempt({ command: process.execPath, args: [program, "copy"], stdin: "own" }, { stdin })).toBe(
    "own",
  );
  expect(await attempt([process.execPath, "-p", "1"], { stdin: () => "x".repeat(5_000_000) })).toBe("1\n");
  expect(await attempt(behave("copy"))).toBe("");
});

it("fails on an exit code that is no success, with command and last lines, which can't fake lines or colours", async () => {
  await expect(attempt(behave("exit", "3", "two words\n"))).rejects.toMatchObject({
    code: "process-failed",
    message:
      `agent 'tool': ${process.execPath} ${program} exit 3 "two words\\n" ended with exit code 3; stderr ends with\n` +
      "  line one\n  \\u{1b}[31mline two\\u{1b}[0m",
    hint: expect.stringContaining("exitCodes") as unknown,
  });
  expect(await attempt(behave("exit", "3"), { exitCodes: [0, 3], parse: (_, end) => end.exitCode })).toBe(3);
  await expect(attempt(behave("exit", "0"), { exitCodes: [3] })).rejects.toMatchObject({
    code: "process-failed",
  });
});

it("keeps the last 64 KB of stderr", async () => {
  const parse: Options["parse"] = (_, end) => [end.stderr.length, end.stderr.slice(-7)];
  expect(await attempt(behave("mutter"), { exitCodes: [1], parse })).toEqual([65_536, "the end"]);
});

it("a program ended by a signal is a failure", async () => {
  await expect(attempt(behave("killSelf"))).rejects.toMatchObject({
    code: "process-killed",
    message: expect.stringMatching(
      /killSelf was ended by the signal SIGKILL; it wrote nothing to stderr$/,
    ) as unknown,
  });
});

it("says what is missing when a program can't be started", async () => {
  const samples: readonly [ProcessAgentOptions<unknown, unknown>["command"], Options, RegExp][] = [
    [
      ["no-such-program", "x"],
      {},
      /^agent 'tool': no-such-program x can't be started: there is no such program$/,
    ],
    [[program], {}, /: it may not be executed$/],
    [behave("echo"), { cwd: "/no/such/folder" }, /: there is no folder "\/no\/such\/folder"$/],
    [behave("echo", "\0"), {}, /can't be started: .*null bytes/],
    [() => ["echo", 7 as unknown as string], {}, /its command is \["echo",7\]$/],
    [() => undefined as unknown as CommandLine, {}, /its command is undefined$/],
  ];
  for (const [command, options, message] of samples) {
    await expect(open(command, options).run({}, stepContext().ctx)).rejects.toMatchObject({
      code: "process-not-started",
      message: expect.stringMatching(message) as unknown,
      hint: expect.any(String) as unknown,
    });
  }
});

it("stops a program that writes more than `outputBytesMax`", async () => {
  await expect(attempt(behave("flood"), { outputBytesMax: 100_000 })).rejects.toMatchObject({
    code: "output-too-large",
    message: expect.stringMatching(/wrote more than 100,000 bytes to stdout and was stopped$/) as unknown,
  });
});

it("does not start when the signal aborted before", async () => {
  const told = stepContext();
  told.abort("early");
  let asked = false;
  const command = (): CommandLine => {
    asked = true;
    return behave("echo");
  };
  await expect(Promise.resolve(open(command).run({}, told.ctx))).rejects.toMatchObject({
    code: "attempt-cancelled",
  });
  expect(asked).toBe(false);
});

it("stops the whole tree on abort: an endless loop, children, and those that ignore SIGTERM", async () => {
  for (const behaviour of ["loop", "family"]) {
    const told = stepContext();
    const file = await pidFile();
    const stopped = attempt(behave(behaviour, file.path), {}, told);
    await told.until("heartbeat");
    told.abort("customer called");
    await expect(stopped).rejects.toMatchObject({
      code: "attempt-cancelled",
      message: "agent 'tool' was stopped while it worked: customer called",
    });
    expect(file.pids()).toHaveLength(behaviour === "loop" ? 1 : 3);
    expect(file.pids().filter((pid) => !hasEnded(pid))).toEqual([]);
  }
});

it("ends what a program started and left behind", async () => {
  const file = await pidFile();
  expect(await attempt(behave("family", file.path, "leave"))).toBe("");
  expect(file.pids()).toHaveLength(3);
  expect(file.pids().filter((pid) => !hasEnded(pid))).toEqual([]);
});

it("does not wait for a daemon that left the group and holds the output open", async () => {
  const file = await pidFile();
  await attempt(behave("daemon", file.path));
  const [daemon] = file.pids();
  expect(daemon).toBeGreaterThan(0);
  if (daemon !== undefined && !hasEnded(daemon)) process.kill(daemon, "SIGKILL");
});

it("close stops what runs, and a later attempt works", async () => {
  const told = stepContext();
  const file = await pidFile();
  const agent = open((input) =>
    input === "loop" ? behave("loop", file.path) : [process.execPath, "-p", "1"],
  );
  const stopped = Promise.resolve(agent.run("loop", told.ctx));
  await told.until("heartbeat");
  const closing = agent.close?.();
  await expect(stopped).rejects.toMatchObject({ message: "agent 'tool' was closed while it worked" });
  await closing;
  expect(file.pids().filter((pid) => !hasEnded(pid))).toEqual([]);
  expect(await agent.run("", stepContext().ctx)).toBe("1\n");
});

it("the programs end when the process that started them exits", async () => {
  const file = await pidFile();
  const host = `
    import { processAgent } from ${JSON.stringify(new URL("./process-agent.ts", import.meta.url).href)};
    import { stepContext } from ${JSON.stringify(new URL("./fixtures/step-context.ts", import.meta.url).href)};
    const told = stepContext();
    void processAgent("tool", { command: ${JSON.stringify(behave("family", file.path))} }).run({}, told.ctx);
    await told.until("heartbeat");
    process.exit(9);`;
  const ended = spawnSync(process.execPath, ["--conditions=source", "--input-type=module", "-e", host]);
  expect(ended.status, String(ended.stderr)).toBe(9);
  expect(file.pids()).toHaveLength(3);
  await expect.poll(() => file.pids().filter((pid) => !hasEnded(pid))).toEqual([]);
});

it("refuses options out of their bounds", () => {
  const samples: readonly [Options, string][] = [
    [{ command: [] }, "agent 'tool': command is []"],
    [{ outputBytesMax: 0 }, "agent 'tool': outputBytesMax is 0"],
    [{ killGraceMs: Number.NaN }, "agent 'tool': killGraceMs is NaN"],
    [{ exitCodes: [] }, "agent 'tool': exitCodes is []"],
    [{ exitCodes: 1 as never }, "agent 'tool': exitCodes is 1"],
    [{ command: ["echo", 7 as never] }, `agent 'tool': command is ["echo",7]`],
    [
      { command: { command: "x", args: "hi" as never } },
      `agent 'tool': command is {"command":"x","args":"hi"}`,
    ],
    [{ command: null as never }, "agent 'tool': command is null"],
    [{ parse: "json" as never }, "agent 'tool': parse is json"],
    [{ cwd: 5 as never }, "agent 'tool': cwd is 5"],
    [{ env: { A: 1 } as never }, "agent 'tool': env is { A: 1 }"],
  ];
  for (const [options, message] of samples) {
    expect(() => open(["x"], options)).toThrow(expect.objectContaining({ code: "agent-invalid", message }));
  }
});

it("tells how long stopping may take: its own grace and the system's work after it", () => {
  expect(open(["x"], { killGraceMs: 10_000 }).graceMs).toBe(12_000);
  expect(open(["x"], { killGraceMs: undefined } as never).graceMs).toBe(4_000);
});
