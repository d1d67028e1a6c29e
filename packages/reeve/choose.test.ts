/** `reeve choose`, `reeve delegate`, `reeve confidence`, and the choice in `reeve show`. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { disposeWorkspaces, makeWorkspace, type Workspace } from "./call-reeve.ts";

const CONFIG = `
import { agent, sequential, sqliteEngine } from "reeve";
const works = agent("works", { run: async (n: number) => n });
const fails = agent("fails", { run: async (n: number) => { throw new Error("no " + n); } });
const forbidden = agent("forbidden", { requires: ["root:all"], run: async (n: number) => n });
const matches = { domain: "orders" };
const patterns = [
  sequential("orders.good", { matches, steps: [works] }),
  sequential("orders.bad", { matches, steps: [fails] }),
  sequential("orders.hidden", { matches, steps: [forbidden] }),
  sequential("mail", { matches: { domain: "mail", agentTypes: ["clerk"], attributes: { urgent: true } }, steps: [works] }),
];
export default { patterns, grants: [], engine: sqliteEngine("reeve.db") };
`;
const TEACH = `
import { createRuntime } from "reeve";
import config from "./reeve.config.ts";
await using runtime = await createRuntime(config);
for (const pattern of ["orders.good", "orders.bad"])
  for (let n = 0; n < 12; n++) await (await runtime.start(pattern, n, { context: { domain: "orders" } })).outcome();
`;

afterAll(disposeWorkspaces);

function teach(workspace: Workspace): void {
  workspace.write("teach.ts", TEACH);
  const options = { cwd: workspace.folder, encoding: "utf8" as const };
  expect(spawnSync(process.execPath, ["-C", "source", "teach.ts"], options).stderr).toBe("");
}

test("before anything was learned every candidate is as likely, and nothing is started", async () => {
  await using workspace = makeWorkspace(CONFIG);
  const { code, stdout } = await workspace.reeve("choose", "--domain", "orders", "--why");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^orders.good +50 % +\d+ to \d+ % +0 +50 % +allowed; little evidence$/m);
  expect(existsSync(join(workspace.folder, "reeve.db"))).toBe(false);
});

test("a choice is explained by what was learned, and names no pattern that is not allowed", async () => {
  await using workspace = makeWorkspace(CONFIG);
  teach(workspace);
  const why = await workspace.reeve("choose", "--domain", "orders", "--why");
  expect(why.stdout).toMatch(/^orders.good\norders.good succeeds in about \d\d % here .*12 outcomes/);
  expect(why.stdout).toMatch(/^orders.bad +\d+ % .*known to do poorly$/m);
  expect(why.stdout).toContain("1 more, not allowed: a grant is missing");
  expect(JSON.parse((await workspace.reeve("choose", "--domain", "orders", "--json")).stdout)).toMatchObject({
    pattern: "orders.good",
    hidden: 1,
    refused: null,
    candidates: [
      { pattern: "orders.good", littleEvidence: false },
      { pattern: "orders.bad", reason: "known-poor" },
    ],
  });

  const delegated = await workspace.reeve("delegate", "--domain", "orders", "--input", "7", "--id", "d1");
  expect(delegated).toMatchObject({ code: 0, stdout: "7\n" });
  expect(delegated.stderr).toContain("chosen: orders.good succeeds in about");
  const shown = await workspace.reeve("show", "d1");
  expect(shown.stdout).toMatch(/^chosen: orders.good succeeds[^]*^ {2}orders.good .* chosen$/m);
  expect(JSON.parse((await workspace.reeve("show", "d1", "--json")).stdout)).toMatchObject({
    choice: { pattern: "orders.good", others: { counts: { "missing-grant": 1 } } },
  });

  const confidence = await workspace.reeve("confidence");
  expect(confidence.stdout).toMatch(/^orders.bad +orders +\d+ % +\d+ to \d+ % +12 +\d+ ms +\d+ ms$/m);
  expect(JSON.parse((await workspace.reeve("confidence", "orders.bad", "--json")).stdout)).toMatchObject({
    confidence: [{ pattern: "orders.bad", domain: "orders", evidence: 12, littleEvidence: false }],
  });
  for (const { stdout, stderr } of [why, delegated, shown, confidence])
    expect(stdout + stderr).not.toContain("hidden");
});

test("attributes and agent type decide who serves a task; what nobody serves is refused", async () => {
  await using workspace = makeWorkspace(CONFIG);
  const context = ["--domain", "mail", "--agent-type", "clerk", "--attribute", "urgent=true"];
  expect(await workspace.reeve("choose", ...context)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^mail\nmail is the only one/),
  });
  expect(await workspace.reeve("choose", "--domain", "mail")).toMatchObject({
    code: 4,
    stdout: expect.stringMatching(/^no pattern\n/),
  });
  expect((await workspace.reeve("delegate", "--domain", "mail", "--input", "1")).code).toBe(1);
});

test("what nothing was learned of is told, with what may have been meant", async () => {
  await using workspace = makeWorkspace(CONFIG);
  expect(await workspace.reeve("confidence")).toMatchObject({
    code: 0,
    stdout: "",
    stderr: expect.stringContaining("nothing was learned yet"),
  });
  teach(workspace);
  expect(await workspace.reeve("confidence", "orders.godo")).toMatchObject({
    code: 4,
    stderr: expect.stringContaining("did you mean 'orders.good'?"),
  });
});
