/** Slips of whoever types: each is named, with what helps, and nothing takes it for a fault of reeve. */
import { afterEach, expect, test } from "vitest";
import { disposeWorkspaces, makeWorkspace } from "./call-reeve.ts";

const CONFIG = `
import { agent, sequential, sqliteEngine } from "reeve";
export default {
  patterns: [sequential("orders", { steps: [agent("pay", { run: () => 1 })] })],
  engine: sqliteEngine("log.db"),
};
`;
/** However busy the machine is. */
const SLOW_MS = 180_000;

afterEach(disposeWorkspaces);

test.each<[readonly string[], number, string]>([
  [["verify", "."], 2, "is a folder"],
  [["restore", "."], 2, "is a folder"],
  [["backup", "copy.db", "--log", "."], 2, "is a folder"],
  [["report", "orders", "--out", "."], 2, "is a folder"],
  [["report", "orders", "--out", ".", "--force"], 2, "is a folder"],
  [["report", "orders", "--out", "none/r.html"], 7, "hint: name a file in a folder that is there"],
  [["init", "reeve.config.ts"], 7, "hint: name a folder that you may write to"],
  [["--config", "x.ts", "runs"], 2, "hint: options follow it: reeve COMMAND --config"],
  [["run", "orders", "--log", "other.db"], 2, "hint: for another log, name it in a configuration"],
])(
  "%o is refused in words",
  async (call, code, words) => {
    await using workspace = makeWorkspace(CONFIG);
    await workspace.reeve("run", "orders", "--id", "order-1");
    const ended = await workspace.reeve(...call);
    expect([ended.code, ended.stderr]).toEqual([code, expect.stringContaining(words)]);
  },
  SLOW_MS,
);
