import { afterEach, expect, test } from "vitest";
import { disposeWorkspaces, makeWorkspace } from "./call-reeve.ts";

const CONFIG = `
  import { agent, sequential, sqliteEngine } from "reeve";
  const double = agent("double", { run: (count: number) => count * 2 });
  export default { patterns: [sequential("orders", { steps: [double] })], engine: sqliteEngine("reeve.db") };
`;

afterEach(disposeWorkspaces);

test("what a report is about is a run, else a pattern, else how long back", async () => {
  await using workspace = makeWorkspace(CONFIG);
  expect((await workspace.reeve("run", "orders", "--input", "2", "--id", "r1")).code).toBe(0);
  const titleOf = async (...asked: readonly string[]): Promise<string | undefined> => {
    const { stdout } = await workspace.reeve("report", ...asked, "--out", "-");
    return /<title>(.*?)<\/title>/.exec(stdout)?.[1];
  };
  expect(await titleOf("r1")).toContain("r1");
  expect(await titleOf("orders")).toContain("orders");
  expect(await titleOf("orders", "--since", "2h")).toContain("orders");
  expect(await titleOf("24h")).toMatch(/\d{4}-\d\d-\d\d .* to \d{4}-\d\d-\d\d /);
  expect(await workspace.reeve("report", "order", "--out", "-")).toMatchObject({
    code: 4,
    stderr: "error: there is no run and no pattern 'order'\nhint: did you mean 'orders'?\n",
  });
  for (const several of ["24h", "r1"]) {
    const refused = await workspace.reeve("report", several, "--since", "2h", "--out", "-");
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("several things") });
  }
});
