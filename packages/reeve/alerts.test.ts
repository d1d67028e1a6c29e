/** `reeve alerts`, `silence` and `unsilence`, with and without an owner. */
import { afterAll, expect, test } from "vitest";
import { disposeWorkspaces, makeWorkspace } from "./call-reeve.ts";

const CONFIG = `
import { agent, approval, sequential, sqliteEngine } from "reeve";
const pay = agent("pay", {
  run: (works: boolean) => {
    if (!works) throw new Error("declined");
  },
});
const patterns = [
  sequential("asks", { steps: [approval("look")] }),
  sequential("orders", { steps: [pay] }),
];
const objectives = [{ name: "orders-succeed", pattern: "orders", success: 0.5 }];
export default { patterns, objectives, engine: sqliteEngine("reeve.db") };
`;

afterAll(disposeWorkspaces);

test("budgets are shown without a server, and silences are set and ended through the owner", async () => {
  await using workspace = makeWorkspace(CONFIG);
  expect(await workspace.reeve("alerts")).toMatchObject({ code: 0, stdout: "", stderr: "no alert fires\n" });
  for (const works of ["true", "true", "true", "false"])
    await workspace.reeve("run", "orders", "--input", works);
  const shown = await workspace.reeve("alerts");
  expect(shown.stdout).toMatch(/^orders-succeed +orders +50 % succeed +50 % +0\.5 x$/m);
  const owner = workspace.start(["run", "asks", "--id", "r1"]);
  await owner.says("waiting    look");
  const set = await workspace.reeve("silence", "stuck/*", "--for", "2h", "--reason", "the bank is down");
  expect(set.stdout).toMatch(/^'stuck\/\*' is silenced until .*; end it with reeve unsilence \w+\n$/);
  const id = /unsilence (\w+)/.exec(set.stdout)?.[1] ?? "";
  expect(JSON.parse((await workspace.reeve("alerts", "--json")).stdout)).toMatchObject({
    silences: [{ id, alert: "stuck/*", reason: "the bank is down", by: "local" }],
  });
  expect((await workspace.reeve("alerts")).stdout).toMatch(/ stuck\/\* .* local +the bank is down$/m);
  const ended = await workspace.reeve("unsilence", id);
  expect(ended.stdout).toBe(`silence ${id} has ended\n`);
  expect(await workspace.reeve("unsilence", id)).toMatchObject({ code: 4 });
  await workspace.reeve("signal", "r1", "look");
  expect(await owner.ended).toMatchObject({ code: 0 });
});

test("a silence needs a length and a reason, and waits for an owner where there is none", async () => {
  await using workspace = makeWorkspace(CONFIG);
  await workspace.reeve("run", "orders", "--input", "true");
  const [without, vague] = [
    await workspace.reeve("silence", "stuck/*", "--reason", "r"),
    await workspace.reeve("silence", "stuck/*", "--for", "2h"),
  ];
  expect([without.code, vague.code]).toEqual([2, 2]);
  expect(without.stderr + vague.stderr).toMatch(/--for is missing[^]*--reason is missing/);
  const later = await workspace.reeve("silence", "stuck/*", "--for", "2h", "--reason", "r");
  expect(later.stdout).toContain("nobody owns the log at the moment: 'stuck/*' will be silenced");
});

test("reeve up says to whom news of alerts goes, and refuses what is no address", async () => {
  await using workspace = makeWorkspace(CONFIG);
  const wrong = await workspace.reeve("up", "--port", "0", "--alertmanager", "nowhere");
  expect(wrong.code).not.toBe(0);
  expect(wrong.stderr).toContain("receivers[0].alertmanager is 'nowhere'");
  const up = workspace.start(["up", "--port", "0", "--alert-webhook", "http://127.0.0.1:9/hook"]);
  await up.says("news of alerts goes to webhook");
  up.child.kill("SIGTERM");
  expect(await up.ended).toMatchObject({ code: 0 });
});
