/** Names, notes, errors and reasons that would act on a terminal or forge lines: no command writes them as they are. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, expect, test } from "vitest";
import { disposeWorkspaces, makeWorkspace } from "./call-reeve.ts";

/** A title, a colour, a cleared screen, text that runs backwards, and lines that look like the command's own. */
const EVIL =
  "x\u001b]0;owned\u0007\u001b[31m\u009b2J\u202e\u2066\u061c\u200b\u200f\b\r\nFORGED y\u2028FORGED z";

const CONFIG = `
import { agent, approval, forEach, meta, parallel, sequential, sqliteEngine } from "reeve";
const evil = ${JSON.stringify(EVIL)};
const works = agent("works " + evil, { requires: ["grant " + evil], run: (input, ctx) => {
  ctx.log.warn("log " + evil);
  ctx.progress(0.5, "note " + evil);
  return ctx.with({ attributes: { ["key " + evil]: evil } }, { [evil]: input });
} });
const hands = agent("hands", { run: (input) => input });
const fails = agent("fails " + evil, { retry: { attempts: 2, delayMs: 1 }, run: () => {
  const error = new Error("message " + evil, { cause: new Error("cause " + evil) });
  throw Object.assign(error, { name: "Name" + evil, code: "code " + evil });
} });
const matches = { domain: "(?s)d.*", attributes: { ["key " + evil]: { matches: "(?s).*" } } };
const good = sequential("good " + evil, {
  description: "description " + evil, matches, limits: [{ concurrency: 1, key: () => evil }],
  steps: [works, hands, forEach("each " + evil, { items: () => [evil], step: hands }), approval("ask " + evil)],
});
const bad = sequential("bad " + evil, { matches, preserve: ["attributes.tenant"], steps: [parallel("p", { tasks: { [evil]: hands } }), fails] });
const breaks = sequential("breaks " + evil, { preserve: ["attributes.key " + evil], steps: [
  agent("changer " + evil, { run: (input, ctx) => ctx.with({ attributes: { ["key " + evil]: "other" + evil } }, input) }), hands,
] });
const phases = meta("meta " + evil, { phases: [{ name: "phase " + evil, patterns: [bad], coordination: "sequential" }] });
export default { patterns: [good, bad, breaks, phases], engine: sqliteEngine("log.db"), grants: ["grant " + evil] };
`;

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const ACTING = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

afterAll(disposeWorkspaces);

interface Said {
  readonly call: readonly string[];
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function runFile(cwd: string, file: string, stdin = ""): Promise<string> {
  const child = spawn(process.execPath, ["-C", "source", file], {
    cwd,
    stdio: ["pipe", "pipe", "inherit"],
    timeout: 100_000,
  });
  child.stdin.end(stdin);
  return text(child.stdout);
}

async function callAll(folder: string, calls: readonly (readonly string[])[]): Promise<readonly Said[]> {
  const driver = join(import.meta.dirname, "fixtures", "call-commands.ts");
  const lines = (await runFile(folder, driver, JSON.stringify(calls))).trim().split("\n");
  return lines.map((line) => JSON.parse(line) as Said);
}

const named = (name: string): string => `${name} ${EVIL}`;
const context = ["--domain", named("d"), "--attribute", `${named("key")}=${EVIL}`];

/** Leaves runs that wait, which the command would stay for. */
const PREPARE = `
import { createRuntime } from "reeve";
import config from "./reeve.config.ts";
const evil = ${JSON.stringify(EVIL)};
const runtime = await createRuntime({ ...config, drainMs: 0, principal: "me \u202e\u061c" });
const context = { domain: "d " + evil, agentType: "t " + evil, attributes: { ["key " + evil]: evil } };
for (const id of ["good", "other"]) {
  const run = await runtime.start("good " + evil, evil, { id, context });
  for await (const { kind } of run.events()) if (kind === "wait-started") break;
}
for (const name of ["bad", "breaks", "meta"]) {
  const run = await runtime.start(name + " " + evil, evil, { id: name, context });
  await run.outcome();
}
await runtime.schedule("s \u202e\u061c", { pattern: "good " + evil, cron: "@hourly", input: evil, context });
const chosen = await runtime.delegate(context, evil, { id: "chosen" });
await (await runtime.delegate({ domain: "none " + evil }, evil, { id: "refused" })).outcome();
await chosen.cancel("reason " + evil);
await chosen.outcome();
await runtime.close();
`;

const ids = ["good", "other", "chosen", "refused", "bad", "breaks", "meta", "run"];
const calls = [
  ["run", named("bad"), "--id", "run", ...context],
  ["schedule", named("s"), named("good"), "--cron", "@hourly", "--input", JSON.stringify(EVIL), ...context],
  ["schedules"],
  ["schedules", "--json"],
  ["signal", "good", named("none"), "--answer", JSON.stringify(EVIL)],
  ["signal", "good", named("ask"), "--answer", JSON.stringify(EVIL)],
  ["feedback", "bad", "0.5", "--note", named("note")],
  ["pause", "other", "--reason", named("because")],
  ["pause", "--pattern", named("meta"), "--reason", named("because")],
  ["pause", "--agent", named("works"), "--reason", named("because")],
  ["runs"],
  ["runs", "--json"],
  ["runs", "--pattern", named("bad"), "--domain", named("d")],
  ["resume", "--agent", named("works")],
  ...ids.flatMap((id) => [
    ["show", id],
    ["show", id, "--debug"],
    ["show", id, "--json"],
    ["events", id],
    ["events", id, "--json"],
  ]),
  ["cancel", "other", "--reason", named("reason")],
  ["patterns"],
  ["patterns", "--advice"],
  ["patterns", "--json"],
  ["health"],
  ["health", "--json"],
  ["contexts"],
  ["contexts", named("breaks")],
  ["contexts", named("none")],
  ["registry", "export", `patterns${EVIL}`],
  ["doctor"],
  ["choose", "--why", "--domain", named("d"), "--attribute", `${named("key")}=${EVIL}`],
  ["choose", "--why", "--json", "--domain", named("none")],
  ["confidence"],
  ["confidence", named("bad")],
  ["confidence", "--json"],
  ["token", named("t")],
  ["config", "show"],
  ["config", "show", "--set", `${EVIL}=${EVIL}`],
  ["verify"],
  ["backup", `copy${EVIL}.db`],
  ["restore", `gone${EVIL}.db`],
  ["unschedule", "s \u202e\u061c"],
  ["unschedule", named("none")],
  ["show", EVIL],
  ["runs", `--${EVIL}`],
  ["runs", "--config", `${EVIL}.ts`],
];

/** One for each process, which owns the log once. */
const owning = [
  ["resume", "good"],
  ["resume", "other"],
  ["retry", "bad", "--id", "again"],
  ["fork", "bad", "--id", "forked", "--from", EVIL],
  ["run", named("gone")],
];

test(
  "no command lets a text of a run or of a call reach the terminal as it is",
  { timeout: 120_000 },
  async () => {
    await using workspace = makeWorkspace(CONFIG);
    expect(await runFile(workspace.folder, workspace.write("prepare.ts", PREPARE))).toBe("");
    const said = [...(await callAll(workspace.folder, calls))];
    for (const call of owning) said.push(...(await callAll(workspace.folder, [call])));
    const found = said.flatMap(({ call, stdout, stderr }) =>
      [stdout, stderr].flatMap((written) => {
        const acting = ACTING.exec(written) ?? /^FORGED/m.exec(written);
        return acting
          ? [[call.slice(0, 2), written.slice(Math.max(0, acting.index - 80), acting.index + 20)]]
          : [];
      }),
    );
    expect(found).toEqual([]);
    // Most calls were carried out, so that there was something to write.
    expect(said.filter(({ stderr }) => stderr.includes("fault of reeve"))).toEqual([]);
    const codes = new Map(said.map(({ call, code }) => [call.slice(0, 2).join(" "), code]));
    for (const id of ids) expect(codes.get(`show ${id}`), id).toBe(0);
    expect(said.filter(({ stdout }) => stdout.includes("FORGED")).length).toBeGreaterThan(40);
  },
);
