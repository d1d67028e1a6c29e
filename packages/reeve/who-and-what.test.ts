/** Agents, queues, who did what, and one action for many runs. */
import { join } from "node:path";
import { createToken } from "@reeve/server";
import { createClient } from "@reeve/server/client";
import { afterEach, expect, test } from "vitest";
import { disposeWorkspaces, makeWorkspace } from "./call-reeve.ts";

const CONFIG = `
import { agent, sequential, sqliteEngine } from "reeve";
const work = agent("work", { concurrency: 3, retry: { attempts: 1 }, run: (fails: boolean) => { if (fails) throw new Error("no"); } });
export default {
  patterns: [sequential("orders", { steps: [work], limits: [{ concurrency: 4 }] })],
  engine: sqliteEngine("log.db"),
};
`;
const SLOW_MS = 240_000;

afterEach(disposeWorkspaces);

test(
  "without a log there is nothing to tell, and that is said",
  async () => {
    await using workspace = makeWorkspace(CONFIG);
    expect((await workspace.reeve("agents")).stdout).toMatch(
      /^work +function +1 +3 +– +0 +– +– +works +orders$/m,
    );
    expect((await workspace.reeve("queues")).stderr).toContain("no run waits to begin");
    expect((await workspace.reeve("audit")).stderr).toContain("nobody has done anything yet");
    expect(await workspace.reeve("agents", "wrok")).toMatchObject({
      code: 4,
      stderr: expect.stringContaining("did you mean 'work'?"),
    });
  },
  SLOW_MS,
);

test.each<[readonly string[], string]>([
  [["bulk", "delete", "--pattern", "orders"], "ACTION is 'delete'"],
  [["bulk", "cancel"], "give at least one of --state, --unfinished, --outcome, --pattern, --domain"],
  [["bulk", "cancel", "--pattern", "orders", "--yes", "--dry-run"], "--yes and --dry-run exclude each other"],
  [["bulk", "retry", "--pattern", "orders", "--reason", "x"], "--reason is for cancel and pause"],
  [["bulk", "cancel", "--state", "runing"], "did you mean 'running'?"],
  [["bulk", "cancel", "--pattern", "orders", "--limit", "0"], "--limit is '0'"],
])("%# what makes no sense is refused, with what helps", async (call, message) => {
  await using workspace = makeWorkspace(CONFIG);
  expect(await workspace.reeve(...call)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
});

test(
  "runs that wait are told, cancelled together once that is meant, and it is kept who did it",
  async () => {
    await using workspace = makeWorkspace(CONFIG);
    await workspace.reeve("run", "orders", "--id", "first", "--input", "false");
    const token = createToken(join(workspace.folder, "log.db"), { name: "shop", scope: "operate" });
    const up = workspace.start(["up", "--port", "0"]);
    let said = "";
    up.child.stdout?.on("data", (part: string) => (said += part));
    await up.says("Ctrl-C ends");
    const url = /reeve serves (http:\S+)/.exec(said)?.[1] ?? "";
    const client = createClient({ url, token });
    for (const id of ["later-1", "later-2"])
      await client.start({ pattern: "orders", input: false, id, delayMs: 3_600_000 });
    expect((await workspace.reeve("queues")).stdout).toMatch(/^orders +2 .+ 4 at once/m);
    const filter = ["--pattern", "orders", "--state", "queued"];
    const planned = await workspace.reeve("bulk", "cancel", ...filter, "--dry-run");
    expect(planned.stdout.trim().split("\n").toSorted()).toEqual(["later-1", "later-2"]);
    expect(planned.stderr).toContain("2 runs would be asked to end; nothing was done: say --yes to do it");
    expect((await client.run({ id: "later-1" })).run.state).toBe("queued");
    const server = { REEVE_SERVER: url, REEVE_TOKEN: token };
    const call = ["bulk", "cancel", ...filter, "--yes", "--reason", "the shop is closed", "--json"];
    const done = await workspace.start(call, { environment: server }).ended;
    expect(JSON.parse(done.stdout)).toMatchObject({
      action: "cancel",
      dryRun: false,
      runs: [{ error: null }, { error: null }],
    });
    await expect
      .poll(async () => (await client.run({ id: "later-2" })).run.outcome, { timeout: 60_000 })
      .toBe("cancelled");
    const audit = await workspace.reeve("audit", "--run", "later-1");
    expect(audit.stdout).toMatch(/token:shop|shop/);
    expect(audit.stdout).toMatch(/cancel-requested +later-1 .*the shop is closed/);
    expect((await workspace.reeve("audit", "--by", "nobody")).stderr).toContain("no act fits");
  },
  SLOW_MS,
);

test(
  "what failed is retried together, and the new runs are waited for where no other process works",
  async () => {
    await using workspace = makeWorkspace(CONFIG);
    for (const id of ["bad-1", "bad-2"])
      await workspace.reeve("run", "orders", "--id", id, "--input", "true");
    await workspace.reeve("run", "orders", "--id", "good", "--input", "false");
    const filter = ["--outcome", "failed"];
    const planned = await workspace.reeve("bulk", "retry", ...filter);
    expect(planned.stdout.trim().split("\n").toSorted()).toEqual(["bad-1", "bad-2"]);
    const done = await workspace.reeve("bulk", "retry", ...filter, "--yes", "--limit", "1");
    expect(done.code).toBe(0);
    expect(done.stdout).toMatch(/^bad-2  as [0-9a-f]{32}$/m);
    expect(done.stderr).toContain("1 run was retried");
    expect(done.stderr).toContain("more runs fit");
    expect(done.stderr).toContain("1 run ended, 0 of them as completed");
  },
  SLOW_MS,
);

test(
  "whoever retries many runs is told what they wait for, and how to go on after Ctrl-C",
  async () => {
    await using workspace = makeWorkspace(FAILING);
    for (const id of ["first", "second"]) await workspace.reeve("run", "send", "--id", id);
    const retrying = workspace.start(["bulk", "retry", "--outcome", "failed", "--yes"]);
    await retrying.says("waiting for the end of 2 runs");
    await retrying.says("the breaker of agent 'mail' is open since");
    retrying.child.kill("SIGINT");
    const { code, stderr } = await retrying.ended;
    expect(code).toBe(130);
    expect(stderr).toMatch(
      /stopped, 2 runs unfinished; what is done is kept\. Go on with: reeve resume [0-9a-f]{32}/,
    );
  },
  SLOW_MS,
);

const FAILING = `
import { agent, sequential, sqliteEngine } from "reeve";
const mail = agent("mail", {
  retry: { attempts: 1 },
  breaker: { attemptsMin: 2, windowMs: 3_600_000, openMs: 3_600_000 },
  run: () => { throw new Error("no answer"); },
});
export default { patterns: [sequential("send", { steps: [mail] })], engine: sqliteEngine("log.db") };
`;

test(
  "an agent that is left alone is told where agents are listed and where its runs wait, also by a server",
  async () => {
    await using workspace = makeWorkspace(FAILING);
    await workspace.reeve("run", "send", "--id", "first");
    const token = createToken(join(workspace.folder, "log.db"), { name: "shop", scope: "operate" });
    const up = workspace.start(["up", "--port", "0"]);
    let said = "";
    up.child.stdout?.on("data", (part: string) => (said += part));
    await up.says("Ctrl-C ends");
    const url = /reeve serves (http:\S+)/.exec(said)?.[1] ?? "";
    const client = createClient({ url, token });
    await client.start({ pattern: "send", id: "second" });
    await expect
      .poll(async () => (await client.agents({})).agents[0]?.breaker?.state, { timeout: 60_000 })
      .toBe("open");
    await client.start({ pattern: "send", id: "third" });
    await expect
      .poll(async () => (await client.run({ id: "third" })).run.state, { timeout: 60_000 })
      .toBe("waiting");
    const why =
      /the breaker of agent 'mail' is open since .+: 2 of the last 2 attempts failed; the agent is probed at /;
    for (const environment of [{}, { REEVE_SERVER: url, REEVE_TOKEN: token }]) {
      const agents = await workspace.start(["agents"], { environment }).ended;
      expect(agents.stdout).toMatch(/^mail .* breaker open +send$/m);
      expect(agents.stderr).toMatch(why);
      const shown = await workspace.start(["show", "third"], { environment }).ended;
      expect(shown.stdout).toMatch(new RegExp(`^waiting\n${why.source}`, "m"));
      const ended = await workspace.start(["show", "second"], { environment }).ended;
      expect(ended.stdout).not.toContain("breaker");
    }
    const follower = workspace.start(["run", "send", "--id", "fourth"]);
    await follower.says("the breaker of agent 'mail' is open since");
  },
  SLOW_MS,
);
