/** `--server URL`: every command gives through a server what it gives beside the log. */
import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createToken } from "@reeve/server";
import { disposeWorkspaces, makeWorkspace, type Workspace } from "./call-reeve.ts";
import { fits } from "./src/access/open-remote.ts";

const CONFIG = `
import { agent, approval, forEach, secret, sequential, sqliteEngine } from "reeve";
const copy = agent("copy", { run: (input, ctx) => { ctx.log.info("copied"); return { copied: input, at: new Date(0) }; } });
const each = agent("each", { run: (item) => item * 2 });
const fail = agent("fail", { retry: { attempts: 2, delayMs: 1 }, run: () => {
  throw Object.assign(new Error("no such account", { cause: new Error("404") }), { hint: "ask the bank" });
} });
const move = agent("move", { run: (input, ctx) => ctx.with({ attributes: { place: "there" } }, input) });
const matches = { domain: "orders" };
export default {
  patterns: [
    sequential("copying", { description: "copies", matches, steps: [copy, forEach("doubled", { items: () => [1, 2], step: each })], limits: [{ concurrency: 4 }] }),
    sequential("copying.light", { matches, steps: [copy] }),
    sequential("failing", { matches: { domain: "bank" }, steps: [fail] }),
    sequential("guarded", { steps: [approval("release"), copy] }),
    sequential("moving", { preserve: ["attributes.place"], steps: [move, copy] }),
    sequential("sealing", { steps: [agent("seal", { run: () => ({ key: secret("hush-hush-4711") }) })] }),
  ],
  objectives: [
    { name: "bank-succeeds", pattern: "failing", success: 0.99 },
    { name: "copies-fast", pattern: "copying", latency: { p: 0.95, ms: 60_000 } },
  ],
  engine: sqliteEngine("reeve.db"),
};
`;
const SLOW_MS = 240_000;
/** Stands for a configuration of its own, since a process can work with each once only. */
const FRESH = ["--config", "FRESH"];

interface Said {
  readonly call: readonly string[];
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let workspace: Workspace;
let url = "";
let token = "";
let elsewhere = "";
let prepared: readonly Said[] = [];

async function callAll(
  where: "here" | "through the server",
  calls: readonly (readonly string[])[],
): Promise<readonly Said[]> {
  const driver = join(import.meta.dirname, "fixtures", "call-commands.ts");
  const isHere = where === "here";
  const child = spawn(process.execPath, ["-C", "source", driver], {
    // Without a configuration: what a server is asked needs none.
    cwd: isHere ? workspace.folder : elsewhere,
    env: { ...process.env, ...(!isHere && { REEVE_SERVER: url, REEVE_TOKEN: token }) },
    stdio: ["pipe", "pipe", "inherit"],
    timeout: SLOW_MS,
  });
  const named = calls.map((call, index) => {
    const at = call.indexOf("FRESH");
    if (at < 0) return call;
    const file = isHere ? [workspace.write(`${index}.config.ts`, CONFIG)] : [];
    return [...call.slice(0, at - 1), ...file.flatMap((each) => ["--config", each])];
  });
  child.stdin.end(JSON.stringify(named));
  const lines = (await text(child.stdout)).trim().split("\n");
  return lines.map((line) => JSON.parse(line) as Said);
}

beforeAll(async () => {
  workspace = makeWorkspace(CONFIG);
  elsewhere = join(workspace.folder, "node_modules", "elsewhere");
  mkdirSync(elsewhere);
  token = createToken(join(workspace.folder, "reeve.db"), { name: "shop", scope: "operate" });
  const up = workspace.start(["up", "--port", "0"]);
  let said = "";
  up.child.stdout?.on("data", (part: string) => (said += part));
  await up.says("Ctrl-C ends");
  url = /reeve serves (http:\S+)/.exec(said)?.[1] ?? "";
  prepared = await callAll("through the server", [
    ["run", "copying", "--id", "done", "--input", '{"name":"Ada"}', "--attribute", "tenant=acme"],
    ["run", "failing", "--id", "bad"],
    ["run", "moving", "--id", "moved", "--attribute", "tenant=acme"],
    ["run", "sealing", "--id", "sealed"],
    ["delegate", "--domain", "orders", "--id", "chosen", "--input", "7"],
    ["retry", "bad", "--id", "again"],
    ["schedule", "yearly", "copying", "--cron", "@yearly", "--input", "1"],
    ["pause", "--pattern", "guarded", "--reason", "closed"],
    ["feedback", "done", "0.5", "--note", "half"],
  ]);
}, SLOW_MS);

afterAll(disposeWorkspaces);

const READING: readonly (readonly string[])[] = [
  ["runs"],
  ["runs", "--json"],
  ["agents"],
  ["agents", "--json"],
  ["agents", "copi"],
  ["queues"],
  ["queues", "--json"],
  ["audit"],
  ["audit", "--json"],
  ["audit", "--by", "nobody"],
  ["bulk", "retry", "--outcome", "failed", "--dry-run"],
  ["bulk", "retry", "--outcome", "failed", "--json"],
  ["bulk", "cancel", "--pattern", "nothing"],
  ["runs", "--unfinished"],
  ["runs", "--outcome", "failed", "--pattern", "failing"],
  ["runs", "--limit", "1"],
  ["runs", "--after", "no-cursor"],
  ["show", "done"],
  ["show", "done", "--json"],
  ["show", "bad", "--debug"],
  ["show", "bad", "--json"],
  ["show", "again"],
  ["show", "chosen"],
  ["show", "chosen", "--json"],
  ["show", "sealed"],
  ["show", "sealed", "--json"],
  ["show", "nobody"],
  ["events", "done"],
  ["events", "bad", "--json"],
  ["events", "done", "--follow"],
  ["events", "done", "--from", "99999"],
  ["events", "done", "--from", "99999", "--follow"],
  ["events", "nobody"],
  ["patterns"],
  ["patterns", "copying"],
  ["patterns", "failing"],
  ["patterns", "nope"],
  ["patterns", "--json"],
  ["patterns", "--advice"],
  ["patterns", "--unused"],
  ["choose", "--domain", "orders"],
  ["choose", "--domain", "orders", "--why", "--attribute", "tenant=acme"],
  ["choose", "--domain", "orders", "--json"],
  ["choose", "--domain", "nowhere"],
  ["confidence"],
  ["confidence", "--json"],
  ["confidence", "copying", "--domain", "orders"],
  ["confidence", "nope"],
  ["contexts"],
  ["contexts", "--json"],
  ["contexts", "nope"],
  ["schedules"],
  ["schedules", "--json"],
  ["report", "done", "--out", "-"],
  ["report", "bad", "--out", "-"],
  ["report", "sealed", "--out", "-"],
  ["report", "chosen", "--out", "-"],
  ["report", "--pattern", "failing", "--from", "2020-01-01T00:00", "--to", "2100-01-01T00:00", "--out", "-"],
  ["report", "--from", "2020-01-01T00:00", "--to", "2100-01-01T00:00", "--out", "-"],
  ["report", "--pattern", "nope", "--out", "-"],
  ["health"],
  ["alerts"],
  ["alerts", "--history"],
  ["alerts", "--json", "--history"],
  ["unsilence", "nope"],
  ["cancel", "done"],
  ["cancel", "nobody"],
  ["pause", "done"],
  ["pause", "--pattern", "nope"],
  ["resume", "--agent", "nope"],
  ["retry", "done"],
  ["retry", "nobody"],
  ["fork", "done", "--from", "nowhere"],
  ["signal", "done", "release"],
  ["feedback", "done", "7"],
  ["unschedule", "nope"],
  ["run", "copyin", "--input", "1", ...FRESH],
  ["run", "copying", "--id", "bad", "--input", "1", ...FRESH],
];

/** What does something, in a row; NAME differs between both ways. */
const ACTING: readonly (readonly string[])[] = [
  ["run", "copying", "--id", "NAME", "--input", "[1]", ...FRESH],
  ["run", "copying", "--id", "NAME", "--input", "[1]", "--json", ...FRESH],
  ["run", "failing", "--id", "NAME-bad", "--priority", "4", "--domain", "bank", ...FRESH],
  ["delegate", "--domain", "bank", "--id", "NAME-chosen", "--input", "7", ...FRESH],
  ["retry", "NAME-bad", "--id", "NAME-again", ...FRESH],
  ["fork", "NAME", "--id", "NAME-forked", "--input", "[2]", ...FRESH],
  ["show", "NAME-forked", "--json"],
  ["resume", "NAME", ...FRESH],
  ["feedback", "NAME", "1", "--note", "as wanted"],
  ["pause", "--pattern", "guarded", "--reason", "closed again"],
  ["resume", "--pattern", "guarded"],
  ["pause", "--agent", "each", "--reason", "closed"],
  ["runs", "--pattern", "guarded"],
  ["resume", "--agent", "each"],
  ["silence", "NAME/*", "--for", "2h", "--reason", "a test"],
  ["schedule", "NAME", "copying", "--cron", "@daily", "--json"],
  ["unschedule", "NAME"],
];

/** Without what differs from one call to the next; of JSON the order of fields means nothing. */
function settled(said: string, name = ""): string {
  return said
    .replace(/^\{.*\}$/gm, (line) => JSON.stringify(JSON.parse(line, sorted)))
    .replaceAll(name === "" ? "\u0000" : name, "NAME")
    .replaceAll(/\bshop\b/g, "local")
    .replaceAll("ServerError: ", "ReeveError: ")
    .replace(/^chosen: .*/gm, "chosen")
    .replace(/unsilence [0-9a-f]+/g, "unsilence ID")
    .replace(/another process owns the log: .*\n/g, "")
    .replace(/\b\d\d:\d\d:\d\d\b/g, "TIME")
    .replace(/\b\d+(\.\d+)? (ms|s|min|h)\b( \d+ (s|min)\b)?/g, "SPAN")
    .replace(/"(\w*[aA]t|durationMs|position|queuedMs|upTo|seq|input)":\s*\d+/g, '"$1":0')
    .replace(/\b[0-9a-f]{32}\b/g, "TRACE")
    .replace(/^ +at .*\n/gm, "");
}

function sorted(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

describe("a command beside the log and through a server", { timeout: SLOW_MS }, () => {
  let here: readonly Said[] = [];
  let there: readonly Said[] = [];

  beforeAll(async () => {
    here = await callAll("here", READING);
    there = await callAll("through the server", READING);
  }, SLOW_MS);

  test.each(READING.map((call, index) => [call.join(" "), index] as const))("%s", (_, index) => {
    const [one, other] = [here[index], there[index]];
    expect(one?.call[0]).toBe(READING[index]?.[0]);
    expect([other?.code, settled(other?.stdout ?? ""), settled(other?.stderr ?? "")]).toEqual([
      one?.code,
      settled(one?.stdout ?? ""),
      settled(one?.stderr ?? ""),
    ]);
  });

  test("what they look at is there", () => {
    expect(prepared.map(({ code }) => code)).toEqual([0, 1, 1, 0, 0, 1, 0, 0, 0]);
  });

  test("none of them tells a secret", () => {
    expect(JSON.stringify([here, there])).not.toContain("hush-hush-4711");
    expect(there.find(({ call }) => call.join(" ") === "show sealed")?.stdout).toContain("[redacted]");
  });
});

test("what commands do is the same through a server", { timeout: SLOW_MS }, async () => {
  const named = (name: string): string[][] =>
    ACTING.map((call) => call.map((word) => word.replace("NAME", name)));
  const here = await callAll("here", named("local-one"));
  const there = await callAll("through the server", named("remote-one"));
  const plain = (said: readonly Said[], name: string): unknown =>
    said.map(({ call, code, stdout, stderr }) => [
      call[0],
      code,
      settled(stdout, name),
      settled(stderr, name),
    ]);
  expect(plain(there, "remote-one")).toEqual(plain(here, "local-one"));
});

test("an approval is waited for, answered and cancelled through a server", { timeout: SLOW_MS }, async () => {
  const environment = { REEVE_SERVER: url, REEVE_TOKEN: token };
  const call = (...args: string[]): ReturnType<Workspace["start"]> =>
    workspace.start(args, { cwd: elsewhere, environment });
  const run = call("run", "guarded", "--id", "asked");
  await run.says("reeve signal asked release");
  expect((await call("signal", "asked", "release", "--answer", "true").ended).stdout).toContain(
    "run asked has the answer",
  );
  expect(await run.ended).toMatchObject({ code: 0, stdout: expect.stringContaining("1970") });
  const left = call("run", "guarded", "--id", "left");
  await left.says("reeve signal left release");
  left.child.kill("SIGINT");
  expect(await left.ended).toMatchObject({
    code: 130,
    stderr: expect.stringContaining(`the run goes on at ${url}. Follow it again: reeve resume left`),
  });
  expect((await call("cancel", "left", "--reason", "enough").ended).stdout).toContain("is being cancelled");
  expect(await call("resume", "left").ended).toMatchObject({ code: 5 });
});

const ANSWERS_NOT = "http://127.0.0.1:1";
const WITH_TOKEN = "REEVE_TOKEN=reeve_x";

const REFUSED: readonly (readonly [call: readonly string[], says: RegExp])[] = [
  [
    [WITH_TOKEN, "runs", "--server", ANSWERS_NOT],
    /^8 error: no server answers at http:\/\/127\.0\.0\.1:1: .*\nhint: start it with/,
  ],
  [
    [WITH_TOKEN, "runs", "--server", "nowhere"],
    /^2 error: --server is 'nowhere'\nhint: give an address such as/,
  ],
  [
    [WITH_TOKEN, "runs", "--server", "http://me:secret@127.0.0.1:1"],
    /^2 error: --server has a name or password in it\n(?!.*secret)/,
  ],
  [[WITH_TOKEN, "runs", "--server", `${ANSWERS_NOT}/reeve`], /^2 error: .* more than an address\n/],
  [["runs", "--server", ANSWERS_NOT], /^2 error: there is no token for the server\nhint: .*REEVE_TOKEN/],
  [["runs", "--server", ANSWERS_NOT, "--token", "reeve_x"], /^2 error: a token is no option: (?!.*reeve_x)/],
  [
    ["runs", "--server", ANSWERS_NOT, "--token-file", "nowhere"],
    /^2 error: --token-file: .*nowhere can't be read: /,
  ],
  [
    [WITH_TOKEN, "runs", "--server", "http://reeve.example:7733"],
    /^7 error: --server is http:\/\/reeve\.example:7733: the token would travel unencrypted\n/,
  ],
  [[WITH_TOKEN, "runs", "--server", ANSWERS_NOT, "--config", "x.ts"], /^2 error: --server excludes --config/],
  [
    ["backup", "copy.db", "--server", ANSWERS_NOT],
    /^2 error: reeve backup works on files of this machine; no server can do it\n/,
  ],
  [
    [`REEVE_SERVER=${ANSWERS_NOT}`, "verify"],
    /^7 error: reeve verify works on files of this machine, and REEVE_SERVER names a server\n/,
  ],
];

test(
  "who can't be reached, is not let in, or is of another version is told why",
  { timeout: SLOW_MS },
  async () => {
    const said = await callAll(
      "here",
      REFUSED.map(([call]) => call),
    );
    for (const [index, [, says]] of REFUSED.entries())
      expect(`${said[index]?.code} ${said[index]?.stderr}`).toMatch(says);

    const file = join(workspace.folder, "reeve.db");
    workspace.write("reader.token", `${createToken(file, { name: "reader", scope: "read" })}\n`);
    const asReader = ["--server", url, "--token-file", "reader.token"];
    // The server looks for new tokens once in a second.
    const reads = async (): Promise<number | undefined> =>
      (await callAll("here", [["runs", ...asReader]]))[0]?.code;
    await expect.poll(reads, { timeout: 60_000, interval: 1_000 }).toBe(0);
    const [unknown, reader] = await callAll("here", [
      ["REEVE_TOKEN=reeve_wrong", "runs", "--server", url],
      ["run", "copying", ...asReader],
    ]);
    expect(`${unknown?.code} ${unknown?.stderr}`).toMatch(
      /^7 error: the server at .* does not know the token\nhint: /,
    );
    expect(`${reader?.code} ${reader?.stderr}`).toMatch(/^7 error: 'reader' may read, not operate\nhint: /);
  },
);

test("a server of another version, and one that is no Reeve server", { timeout: SLOW_MS }, async () => {
  expect([
    fits("0.1.9", "0.1.0"),
    fits("0.2.0", "0.1.0"),
    fits("1.2.0", "1.9.3"),
    fits("2.0.0", "1.0.0"),
  ]).toEqual([true, false, true, false]);
  const session = { principal: "x", scope: "read", expiresAt: null, readOnly: false, version: "0.99.0" };
  const bodies = [JSON.stringify(session), "<html>"];
  const other = createServer((_, answer) => {
    answer.writeHead(200, { "content-type": "application/json" }).end(bodies.shift());
  });
  await once(other.listen(0, "127.0.0.1"), "listening");
  const address = other.address();
  const place = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  try {
    const call = [WITH_TOKEN, "runs", "--server", place];
    const [newer, page] = await callAll("here", [call, call]);
    expect(`${newer?.code} ${newer?.stderr}`).toMatch(
      /^7 error: the server at .* has version 0\.99\.0, this command /,
    );
    expect(`${page?.code} ${page?.stderr}`).toMatch(
      /^8 error: .* answered 200 and no JSON\nhint: is it a Reeve server\?/,
    );
  } finally {
    other.closeAllConnections();
    await once(other.close(), "close");
  }
});
