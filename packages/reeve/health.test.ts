/** `reeve health`: the sentence of the dashboard, and an exit code for scripts. */
import { afterAll, expect, test } from "vitest";
import { disposeWorkspaces, makeWorkspace } from "./call-reeve.ts";

const CONFIG = `
import { agent, approval, sequential, sqliteEngine } from "reeve";
const pay = agent("pay", {
  run: (works: boolean) => {
    if (!works) throw Object.assign(new Error("the bank refuses"), { code: "bank-down" });
  },
});
const patterns = [sequential("orders", { steps: [pay] }), sequential("asks", { steps: [approval("look")] })];
export default { patterns, engine: sqliteEngine("reeve.db") };
`;

afterAll(disposeWorkspaces);

test("health names pattern, cause and repair of what fails, and ends with 1 until it works again", async () => {
  await using workspace = makeWorkspace(CONFIG);
  expect(await workspace.reeve("health")).toMatchObject({
    code: 0,
    stdout: "✓ All is well\n",
  });
  for (let count = 0; count < 5; count++) await workspace.reeve("run", "orders", "--input", "false");
  const failing = await workspace.reeve("health");
  expect(failing.code).toBe(1);
  expect(failing.stdout).toMatch(
    /^✗ orders fails .* since .* the bank refuses; .*\n {2}reeve show \w+; reeve show/,
  );
  const asJson = await workspace.reeve("health", "--json");
  expect([asJson.code, JSON.parse(asJson.stdout)]).toMatchObject([
    1,
    {
      level: "failing",
      findings: [{ kind: "pattern-failing", pattern: "orders" }],
      runtime: { state: "reading" },
    },
  ]);
  for (let count = 0; count < 8; count++) await workspace.reeve("run", "orders", "--input", "true");
  expect(await workspace.reeve("health")).toMatchObject({
    code: 0,
    stdout: "✓ Nothing fails in this log; nobody works on it now\n",
  });
  const owner = workspace.start(["run", "asks"]);
  await owner.says("waiting    look");
  expect(await workspace.reeve("health")).toMatchObject({ code: 0, stdout: "✓ All is well\n" });
});
