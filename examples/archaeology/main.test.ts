import { execFileSync, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { mkdir, mkdtemp, open, readdir, realpath, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createRuntime, memoryEngine, sqliteEngine, type Event } from "reeve";
import type { Excavation } from "./analysis/excavation.ts";
import { archaeology } from "./pattern.ts";
import { prepareFolders } from "./folders.ts";

const main = join(import.meta.dirname, "main.ts");
const hasGit = spawnSync("git", ["--version"]).status === 0;
const hasTerminal = spawnSync("script", ["--version"]).status === 0;
const started: ChildProcess[] = [];
let folder = "";

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "archaeology-")));
});

afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
  }
  await rm(folder, { recursive: true, force: true });
});

/** A process of its own, as a user starts it. */
function start(...args: readonly string[]): ChildProcess {
  return startIn(process.env, ...args);
}

function startIn(env: NodeJS.ProcessEnv, ...args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, ["-C", "source", main, ...args], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  started.push(child);
  return child;
}

async function run(...args: readonly string[]) {
  const child = start(...args);
  let [stdout, stderr] = ["", ""];
  child.stdout?.on("data", (chunk) => (stdout += String(chunk)));
  child.stderr?.on("data", (chunk) => (stderr += String(chunk)));
  const [exitCode] = (await once(child, "close")) as [number | null];
  return { exitCode, stdout, stderr };
}

async function writeSources(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(root, { recursive: true });
  for (const [path, text] of Object.entries(files)) await writeFile(join(root, path), text);
}

/** Enough batches that a process can be stopped between two of them. */
async function writeManySources(root: string): Promise<void> {
  await mkdir(root);
  const body = "export function double(value) {\n  if (value > 1) { return value * 2; }\n}\n".repeat(100);
  for (let index = 0; index < 1_500; index += 1) {
    await writeFile(join(root, `file-${index}.js`), `import "./file-${index + 1}.js";\n${body}`);
  }
}

const reportOf = (out: string): Excavation =>
  JSON.parse(readFileSync(join(out, "report.json"), "utf8")) as Excavation;

/** Without what differs between two studies of the same folder. */
function pageWithoutTimes(out: string): string {
  const { generatedAt } = reportOf(out);
  const [day = "", time = ""] = generatedAt.split("T");
  const page = readFileSync(join(out, "report.html"), "utf8");
  return page.replaceAll(generatedAt, "").replaceAll(day, "").replaceAll(time.slice(0, 5), "");
}

/** The events of a log, read beside whoever owns it. */
async function eventsOf(out: string, wanted: (event: Event) => boolean = () => true): Promise<Event[]> {
  const engine = sqliteEngine(join(out, "archaeology.db"), { access: "guest" });
  await using runtime = await createRuntime({ patterns: [archaeology], engine });
  const events: Event[] = [];
  for await (const event of runtime.events({ follow: false })) if (wanted(event)) events.push(event);
  return events;
}

const isFinishedBatch = (event: Event): boolean =>
  event.kind === "step-completed" && event.path.startsWith("dig/dig-files/[");

/** Resolves when the output of the child has the text. */
async function untilWritten(child: ChildProcess, text: string): Promise<void> {
  let written = "";
  for await (const chunk of child.stderr ?? []) if ((written += String(chunk)).includes(text)) return;
  throw new Error(`it ended without writing '${text}': ${written}`);
}

/** Resolves when a batch is on disk; the log is looked at again and again, as another process writes it. */
async function untilBatchFinished(out: string): Promise<void> {
  for (;;) if ((await eventsOf(out, isFinishedBatch)).length > 0) return;
}

it.skipIf(!hasGit)(
  "studies a repository and its history, and prints the paths of the report last",
  async () => {
    const root = join(folder, "sample");
    await writeSources(root, {
      ".gitignore": "ignored.ts\n",
      "a.ts": 'import "./b.ts";\n\nexport const one = 1; // TODO: two\n',
      "b.ts": 'import "./a.ts";\n',
      "copy.ts": 'import "./a.ts";\n',
      "ignored.ts": "never();\n",
      "x.py": "# comment\nprint(1)\n",
    });
    const settings = [
      "-c",
      "user.name=Ada",
      "-c",
      "user.email=ada@example.com",
      "-c",
      "commit.gpgsign=false",
    ];
    const git = (...args: readonly string[]) => execFileSync("git", ["-C", root, ...settings, ...args]);
    git("init", "--quiet");
    git("add", ".");
    git("commit", "--quiet", "--message", "First");
    const out = join(root, "out");
    // The second study must not count what the first has written.
    for (let round = 0; round < 2; round += 1) {
      const { exitCode, stdout } = await run("--root", root, "--out", out);
      expect(exitCode).toBe(0);
      expect(stdout).toContain("sample: 5 files; 4 lines of code");
      expect(stdout).toContain("1 commit by 1 author");
      expect(stdout.trimEnd().split("\n").slice(-2)).toEqual([
        `Report: ${join(out, "report.html")}`,
        `JSON:   ${join(out, "report.json")}`,
      ]);
    }
    const report = reportOf(out);
    expect(report).toMatchObject({
      root: "sample",
      files: 5,
      coverage: { listed: 5, read: 5, ratio: 1, failed: [] },
      languages: [
        { language: "TypeScript", files: 2, code: 3, comment: 0, blank: 1 },
        { language: "Python", files: 1, code: 1, comment: 1, blank: 0 },
      ],
      languagesWithCopies: [{ language: "TypeScript", files: 3, code: 4 }, { language: "Python" }],
      totals: { files: 3, code: 4 },
      todos: { total: 1 },
      graph: { cycles: [{ files: ["a.ts", "b.ts"], ring: ["a.ts", "b.ts"] }] },
      hotspots: { basis: "churn-and-complexity" },
      knowledge: { authors: [{ name: "Ada" }] },
      history: { commits: 1 },
    });
    expect(readFileSync(join(out, "report.html"), "utf8")).toContain("<!doctype html>");
  },
);

const linkPattern = /(http:\/\/127\.0\.0\.1:\d+)\/sign-in#(\S+)/;

/** The link of the dashboard, once it is printed. */
async function linkOf(child: ChildProcess, before = ""): Promise<{ origin: string; ticket: string }> {
  let written = "";
  for await (const chunk of child.stdout?.iterator({ destroyOnReturn: false }) ?? []) {
    written += String(chunk);
    const [, origin = "", ticket = ""] = linkPattern.exec(written.slice(written.indexOf(before))) ?? [];
    if (written.includes(before) && written.endsWith("\n") && ticket !== "") return { origin, ticket };
  }
  throw new Error(`it ended without a link: ${written}`);
}

/** Signs in as a browser does, and asks for the runs. */
async function statesOf({ origin, ticket }: { origin: string; ticket: string }): Promise<unknown> {
  const headers = { "content-type": "application/json", origin };
  const body = JSON.stringify({ ticket });
  const signedIn = await fetch(`${origin}/sign-in`, { method: "POST", headers, body });
  expect(signedIn.status).toBeLessThan(300);
  const cookie = signedIn.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const { runs } = (await (await fetch(`${origin}/api/runs`, { headers: { cookie } })).json()) as {
    readonly runs: readonly { readonly state: string }[];
  };
  return runs.map(({ state }) => state);
}

it.skipIf(process.platform === "win32")(
  "the dashboard is served while the study goes on, and elsewhere than on a terminal ends with it",
  async () => {
    // Whoever has the usual port keeps it.
    const holder = createServer();
    await new Promise<void>((resolve) =>
      holder.once("error", () => resolve()).listen(7733, "127.0.0.1", resolve),
    );
    const root = join(folder, "plain");
    await writeSources(root, { "a.ts": "one();\n" });
    // A git that answers when it is told to holds the study up.
    await mkdir(join(folder, "bin"));
    const gate = join(folder, "gate");
    execFileSync("mkfifo", [gate]);
    const answering = await open(gate, "r+");
    await writeFile(join(folder, "bin", "git"), `#!/bin/sh\nread line < '${gate}'\nexit 128\n`, {
      mode: 0o755,
    });
    const environment = { ...process.env, PATH: `${join(folder, "bin")}:${process.env["PATH"]}` };
    const child = startIn(environment, "--root", root, "--out", join(folder, "out"));
    const ended = once(child, "exit");
    const link = await linkOf(child);
    child.stdout?.resume();
    child.stderr?.resume();
    expect(new URL(link.origin).port).not.toBe("7733");
    expect(await statesOf(link)).toEqual(["running"]);
    await answering.write("go on\n");
    expect(await ended).toEqual([0, null]);
    await expect(fetch(link.origin)).rejects.toThrow("fetch failed");
    await answering.close();
    await new Promise((resolve) => holder.close(resolve));
  },
);

it("without the dashboard nothing is served", async () => {
  const root = join(folder, "plain");
  await writeSources(root, { "a.ts": "one();\n" });
  const { exitCode, stdout } = await run("--root", root, "--out", join(folder, "out"), "--no-dashboard");
  expect(exitCode).toBe(0);
  expect(stdout).not.toContain("Dashboard");
});

it.skipIf(!hasTerminal)("on a terminal the dashboard stays after the study, until Ctrl-C", async () => {
  const root = join(folder, "plain");
  await writeSources(root, { "a.ts": "one();\n" });
  const call = [process.execPath, "-C", "source", main, "--root", root, "--out", join(folder, "out")];
  const { CI: _, ...environment } = process.env;
  // The shell gives way to the study: it would get the Ctrl-C as well, and some shells end by it.
  const line = `exec ${call.map((word) => `'${word}'`).join(" ")}`;
  const child = spawn("script", ["-qec", line, "/dev/null"], {
    env: { ...environment, TERM: "xterm" },
    stdio: ["pipe", "pipe", "pipe"],
  });
  started.push(child);
  const ended = once(child, "exit");
  const link = await linkOf(child, "until Ctrl-C");
  expect(await statesOf(link)).toEqual(["ended"]);
  child.stdout?.resume();
  child.stdin?.write("\u0003");
  expect(await ended).toEqual([0, null]);
  await expect(fetch(link.origin)).rejects.toThrow("fetch failed");
});

it("a folder without git is studied, and the summary says that there is no history", async () => {
  const root = join(folder, "plain");
  await writeSources(root, { "a.ts": "one();\n" });
  const { exitCode, stdout } = await run("--root", root, "--out", join(folder, "out"));
  expect(exitCode).toBe(0);
  expect(stdout).toContain("no git history");
  expect(reportOf(join(folder, "out"))).not.toHaveProperty("history");
});

it("killed and started again, it resumes, reads no finished batch twice and gives the same report", async () => {
  const root = join(folder, "many");
  await writeManySources(root);
  const out = join(folder, "out");
  const undisturbed = join(folder, "undisturbed");
  const flags = ["--root", root, "--no-dashboard", "--out"];
  expect((await run(...flags, undisturbed)).exitCode).toBe(0);

  const child = start(...flags, out);
  await untilWritten(child, "phase      dig started");
  await untilBatchFinished(out);
  child.kill("SIGKILL");
  await once(child, "exit");
  const finished = (await eventsOf(out, isFinishedBatch)).length;
  expect(finished).toBeLessThan(15);

  const { exitCode, stdout } = await run(...flags, out);
  expect(exitCode).toBe(0);
  expect(stdout).toContain(`${finished} of 15 batches were finished`);
  const events = await eventsOf(out);
  const completed = events.filter(isFinishedBatch).map((event) => event.path);
  expect(new Set(completed).size).toBe(completed.length);
  expect(completed).toHaveLength(15);
  const begunAgain = events.filter(
    (event, index) =>
      event.kind === "attempt-started" &&
      events.slice(0, index).some((before) => isFinishedBatch(before) && before.path === event.path),
  );
  expect(begunAgain).toEqual([]);
  expect({ ...reportOf(out), generatedAt: "" }).toEqual({ ...reportOf(undisturbed), generatedAt: "" });
  expect(pageWithoutTimes(out)).toBe(pageWithoutTimes(undisturbed));
});

it("a second process on the same log says so and leaves the first alone; Ctrl-C tells how to go on", async () => {
  const root = join(folder, "many");
  await writeManySources(root);
  const flags = ["--root", root, "--out", join(folder, "out")];
  const first = start(...flags);
  let stdout = "";
  first.stdout?.on("data", (chunk) => (stdout += String(chunk)));
  const ended = once(first, "close");
  await untilWritten(first, "phase      dig started");
  first.kill("SIGSTOP");
  const second = await run(...flags);
  first.kill("SIGCONT");
  first.kill("SIGINT");
  expect(second.exitCode).toBe(3);
  expect(second.stderr).toContain("Another process is at work");
  expect(await ended).toEqual([130, null]);
  expect(stdout).toMatch(/To go on: npm start .*-- --root /);
  expect((await run(...flags)).stdout).toContain("Resuming run");
});

it("too little coverage rolls the verify phase back: no report is left", async () => {
  const root = join(folder, "vanishing");
  await writeSources(root, { "a.ts": "one();\n", "b.ts": "two();\n" });
  const task = await prepareFolders({ root, out: join(folder, "out") });
  await using runtime = await createRuntime({ patterns: [archaeology], engine: memoryEngine() });
  const study = await runtime.start(archaeology, task);
  for await (const event of study.events()) {
    if (event.kind === "phase-started" && event.path === "dig") rmSync(join(root, "b.ts"));
  }
  const outcome = await study.outcome();
  expect(outcome).toMatchObject({
    status: "rolled-back",
    error: { code: "coverage-too-low" },
    undone: ["verify/write-report"],
  });
  expect(await readdir(task.out)).toEqual([]);
});

it("wrong flags and folders end with exit code 2 and a sentence", async () => {
  for (const [flag, text] of [
    ["--rooot=x", "there is no flag --rooot; did you mean --root?"],
    [`--root=${join(folder, "none")}`, "there is no such folder"],
  ] as const) {
    const { exitCode, stdout, stderr } = await run(flag);
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(text);
    expect(stderr).not.toContain("    at ");
  }
});

it("an empty folder gives an empty report", async () => {
  const root = join(folder, "empty");
  await mkdir(root);
  const { exitCode, stdout } = await run("--root", root, "--out", join(folder, "out"));
  expect(exitCode).toBe(0);
  expect(stdout).toContain("empty: no file to study");
  expect(reportOf(join(folder, "out"))).toMatchObject({ files: 0, languages: [] });
  expect(existsSync(join(folder, "out", "report.html"))).toBe(true);
});
