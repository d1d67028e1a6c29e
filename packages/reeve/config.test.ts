/** Where settings come from, and how a wrong one is named. */
import { afterEach, expect, test } from "vitest";
import { disposeWorkspaces, makeWorkspace } from "./call-reeve.ts";

const config = `
import { agent, sequential, sqliteEngine } from "reeve";
const work = agent("work", { requires: ["stock:write"], run: () => 1 });
export default {
  patterns: [sequential("one", { steps: [work] })],
  engine: sqliteEngine("log.db"),
  drainMs: 2_000,
  retention: { afterMs: 86_400_000 },
};
`;

afterEach(disposeWorkspaces);

interface Shown {
  readonly settings: readonly { readonly name: string; readonly value: unknown; readonly from: string }[];
}

async function shown(
  args: readonly string[],
  environment: { readonly [name: string]: string } = {},
): Promise<Record<string, readonly [unknown, string]>> {
  await using workspace = makeWorkspace(config);
  const { stdout, code } = await workspace.start(["config", "show", "--json", ...args], { environment })
    .ended;
  expect(code).toBe(0);
  const { settings }: Shown = JSON.parse(stdout);
  const place = (from: string): string => from.replace(/.*\//, "");
  return Object.fromEntries(settings.map(({ name, value, from }) => [name, [value, place(from)]]));
}

test("a setting comes from the command line, else the environment, else the file, else it is the default", async () => {
  expect(await shown([])).toMatchObject({
    drainMs: [2_000, "reeve.config.ts"],
    graceMs: [5_000, "default"],
    "retention.afterMs": [86_400_000, "reeve.config.ts"],
    "retention.archive": [null, "default"],
    grants: [["stock:write"], "default"],
  });
  const environment = { REEVE_DRAIN_MS: "30s", REEVE_GRACE_MS: "7", REEVE_RETENTION_ARCHIVE: "old" };
  expect(await shown(["--set", "drainMs=1m"], environment)).toMatchObject({
    drainMs: [60_000, "--set drainMs"],
    graceMs: [7, "REEVE_GRACE_MS"],
    "retention.afterMs": [86_400_000, "reeve.config.ts"],
    "retention.archive": ["old", "REEVE_RETENTION_ARCHIVE"],
  });
});

test("the table says the value and its place, and never the secret key", async () => {
  await using workspace = makeWorkspace(config);
  const key = "a passphrase of some length";
  const { stdout, stderr } = await workspace.start(["config", "show"], { environment: { REEVE_KEY: key } })
    .ended;
  expect(stdout).toMatch(/^secretKey +\(set\) +REEVE_KEY$/m);
  expect(stdout).toMatch(/^drainMs +2\.0 s +.*reeve\.config\.ts$/m);
  expect(stdout + stderr).not.toContain(key);
});

test.each([
  [["--set", "drainMs=soon"], {}, 2, "--set drainMs is 'soon'"],
  [["--set", "drain=1s"], {}, 2, "there is no setting 'drain'"],
  [["--set", "drainMs"], {}, 2, "--set is 'drainMs'"],
  [["--set", "secretKey=x"], {}, 2, "REEVE_KEY"],
  [[], { REEVE_DRAIN_MS: "-5" }, 3, "REEVE_DRAIN_MS: createRuntime: drainMs is -5"],
  [
    [],
    { REEVE_RETENTION_AFTER_MS: "5" },
    3,
    "REEVE_RETENTION_AFTER_MS: createRuntime: retention.afterMs is 5",
  ],
])("a wrong value names its place: %j %j", async (args, environment, code, text) => {
  await using workspace = makeWorkspace(config);
  for (const command of [
    ["config", "show"],
    ["run", "one"],
  ]) {
    const ended = await workspace.start([...command, ...args], { environment }).ended;
    expect(ended.stderr).toContain(text);
    expect(ended.code).toBe(code);
  }
});

test("a variable that is no setting is told, with the one that was probably meant", async () => {
  await using workspace = makeWorkspace(config);
  const environment = { REEVE_DRIAN_MS: "1s" };
  const { stderr } = await workspace.start(["config", "show"], { environment }).ended;
  expect(stderr).toContain("REEVE_DRIAN_MS is no setting of reeve; did you mean REEVE_DRAIN_MS?");
});

test("a misspelt option of the configuration is refused, with its file and the one that was probably meant", async () => {
  await using workspace = makeWorkspace(config.replace("drainMs", "drianMs"));
  const { stderr, code } = await workspace.reeve("run", "one");
  expect(stderr).toMatch(
    /reeve\.config\.ts: createRuntime: there is no option 'drianMs'\n.*did you mean 'drainMs'\?/,
  );
  expect(code).toBe(3);
});
