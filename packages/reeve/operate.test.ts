/** The program in docs/operate.md runs, and does what the page says. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { disposeWorkspaces, makeWorkspace } from "./call-reeve.ts";

const CONFIG = `
import { agent, sequential, sqliteEngine } from "reeve";
const double = agent("double", { run: async (n: number) => n * 2 });
export default { patterns: [sequential("double", { steps: [double] })], engine: sqliteEngine("reeve.db") };
`;

afterAll(disposeWorkspaces);

test("the example backs up and verifies", async () => {
  const page = readFileSync(join(import.meta.dirname, "..", "..", "docs", "operate.md"), "utf8");
  const [, program = ""] = /```ts\n([^]*?)```/.exec(page) ?? [];
  await using workspace = makeWorkspace(CONFIG);
  await workspace.reeve("run", "double", "--input", "21");
  const file = workspace.write("nightly.ts", program);
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--conditions=source", file], {
    cwd: workspace.folder,
    encoding: "utf8",
  });
  expect(status, stderr).toBe(0);
  expect(stdout).toMatch(/wrote .*reeve-\d{4}-\d\d-\d\d\.db\n1 runs are sound\n$/);
});
