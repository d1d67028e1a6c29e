/** What the command says of runs with secrets, and what it leaves in files. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { disposeWorkspaces, makeWorkspace, type Ended } from "./call-reeve.ts";

const planted = 'pl4nted/in+"the input?';
const made = "m4de by a step";
const config = `
import { agent, sequential, sqliteEngine } from "reeve";
const log = agent("log", { run: (input, ctx) => {
  ctx.log.info("with " + input.password);
  ctx.progress(0.5, "at " + encodeURIComponent(input.password));
  return { session: { token: ${JSON.stringify(made)} }, url: "https://host/?q=" + input.password };
} });
const fail = agent("fail", { run: () => { throw new Error("not with " + ${JSON.stringify(planted)}, { cause: ${JSON.stringify(made)} }); } });
export default {
  patterns: [sequential("good", { steps: [log] }), sequential("bad", { steps: [log, fail] })],
  engine: sqliteEngine("log.db"),
};
`;

afterEach(disposeWorkspaces);

function expectNothing(where: string, text: string): void {
  for (const secret of [planted, made]) {
    const forms = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)];
    forms.push(Buffer.from(secret).toString("base64").slice(0, -3));
    for (const form of forms) expect(text.includes(form), `${form} in ${where}`).toBe(false);
  }
}

test("no command shows a secret of a run, and no file holds one", async () => {
  await using workspace = makeWorkspace(config);
  const { reeve, folder } = workspace;
  const input = JSON.stringify({ password: planted });
  const said: [string, Ended][] = [];
  const call = async (...args: string[]): Promise<Ended> => {
    const ended = await reeve(...args);
    said.push([args.slice(0, 3).join(" "), ended]);
    return ended;
  };
  expect((await call("run", "good", "--id", "good", "--input", input)).code).toBe(0);
  expect((await call("run", "bad", "--id", "bad", "--input", input, "--debug")).code).toBe(1);
  await call("run", "good", "--input", input, "--json");
  for (const id of ["good", "bad"]) {
    await call("show", id, "--debug");
    await call("show", id, "--json");
    await call("events", id, "--json");
    await call("events", id);
  }
  await call("runs", "--json");
  await call("verify");
  await call("backup", "copy.db");
  for (const [where, { stdout, stderr }] of said) expectNothing(where, stdout + stderr);
  expect(said.at(-1)?.[1].code).toBe(0);
  for (const name of readdirSync(folder)) {
    if (!name.includes(".db") || name.endsWith(".key")) continue;
    expectNothing(name, readFileSync(join(folder, name), "latin1"));
  }
  expect(existsSync(join(folder, "copy.db.key"))).toBe(false);
});

test("REEVE_KEY seals instead of the file, and a run without it is stranded with what helps", async () => {
  await using workspace = makeWorkspace(config);
  const { start, reeve, folder } = workspace;
  const environment = { REEVE_KEY: "a passphrase of the operators" };
  const input = JSON.stringify({ password: planted });
  const run = await start(["run", "bad", "--id", "one", "--input", input], { environment }).ended;
  expect(run.code).toBe(1);
  expect(existsSync(join(folder, "log.db.key"))).toBe(false);
  expect((await start(["retry", "one", "--id", "two"], { environment }).ended).code).toBe(1);
  const without = await reeve("retry", "one", "--id", "three");
  expect(without.code).not.toBe(0);
  expect(without.stderr).toContain("REEVE_KEY");
  expect((await reeve("show", "one", "--json")).code).toBe(0);
  expect((await start(["runs"], { environment: { REEVE_KEY: "short" } }).ended).stderr).toContain("openssl");
});
