/** Where settings come from, and how a wrong one is named. */
import { chmodSync, chownSync } from "node:fs";
import { join } from "node:path";
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

test("a preset shows what it sets, and a profile that is active what it sets instead", async () => {
  const profiles = `profiles: { calm: { preset: "production", recovery: { "pattern-not-found": "similar" } } },`;
  const domains = `domains: { "orders.*": { threshold: 0.9 } },`;
  await using workspace = makeWorkspace(
    config.replace("drainMs", `preset: "staging", ${profiles} ${domains} drainMs`),
  );
  const { reeve } = workspace;
  expect((await reeve("run", "one")).code).toBe(0);
  const before = (await reeve("config", "show")).stdout;
  expect(before).toMatch(/^preset +staging +reeve\.config\.ts$/m);
  expect(before).toMatch(/^threshold +0\.75 +preset staging$/m);
  expect(before).toMatch(/^timeoutMs +1 min +preset staging$/m);
  expect(before).toMatch(/^domains\['orders\.\*'\]\.threshold +0\.9 +reeve\.config\.ts$/m);
  expect(before).toMatch(/^recovery\['pattern-not-found'\] +reject +default$/m);
  expect((await reeve("config", "activate", "clam")).stderr).toMatch(
    /no profile 'clam'\n.*did you mean 'calm'/,
  );
  expect((await reeve("config", "activate")).code).toBe(2);
  expect((await reeve("config", "activate", "calm")).stdout).toContain(
    "profile calm will be active at the next start",
  );
  expect((await reeve("run", "one")).code).toBe(0);
  const during = (await reeve("config", "show")).stdout;
  expect(during).toMatch(/^preset +production +profile calm$/m);
  expect(during).toMatch(/^threshold +0\.85 +preset production$/m);
  expect(during).toMatch(/^recovery\['pattern-not-found'\] +similar +profile calm$/m);
  expect(during).toContain("profile calm is active: reeve config deactivate");
});

test("a misspelt option of the configuration is refused, with its file and the one that was probably meant", async () => {
  await using workspace = makeWorkspace(config.replace("drainMs", "drianMs"));
  const { stderr, code } = await workspace.reeve("run", "one");
  expect(stderr).toMatch(
    /reeve\.config\.ts: createRuntime: there is no option 'drianMs'\n.*did you mean 'drainMs'\?/,
  );
  expect(code).toBe(3);
});

const isRoot = process.getuid?.() === 0;

test("the configuration can be named by a variable, and --config wins over it", async () => {
  await using workspace = makeWorkspace();
  workspace.write("one.ts", config);
  workspace.write("two.ts", config.replace("2_000", "3_000"));
  const drainMs = async (...args: readonly string[]): Promise<unknown> => {
    const call = ["config", "show", "--json", ...args];
    const { stdout } = await workspace.start(call, { environment: { REEVE_CONFIG: "one.ts" } }).ended;
    const { settings }: Shown = JSON.parse(stdout);
    return settings.find(({ name }) => name === "drainMs")?.value;
  };
  expect([await drainMs(), await drainMs("--config", "two.ts")]).toEqual([2_000, 3_000]);
});

type Change = (file: string, folder: string) => void;
const EVERYWHERE: readonly (readonly [string, Change, string])[] = [
  [
    "every user may write to it",
    (file) => chmodSync(file, 0o666),
    "every user of this machine may write to it",
  ],
  [
    "every user may write to its folder",
    (_file, folder) => chmodSync(folder, 0o777),
    "every user of this machine may write to its folder",
  ],
];
const AS_ROOT: typeof EVERYWHERE = [
  ["it is another user's", (file) => chownSync(file, 12_345, 0), "belongs to another user (uid 12345)"],
  [
    "its folder is another user's",
    (_file, folder) => chownSync(folder, 12_345, 0),
    "its folder belongs to another user",
  ],
];

test.each([...EVERYWHERE, ...(isRoot ? AS_ROOT : [])])(
  "a configuration that nobody named is not run where %s",
  async (_title, change, text) => {
    await using workspace = makeWorkspace(`console.log("it ran");${config}`);
    const { folder } = workspace;
    const file = join(folder, "reeve.config.ts");
    change(file, folder);
    const found = await workspace.reeve("config", "show");
    expect(found.stdout).not.toContain("it ran");
    expect(found.stderr).toContain(text);
    expect(found.stderr).toContain(`--config ${file}`);
    expect(found.code).toBe(3);
    const named = await workspace.reeve("config", "show", "--config", file);
    expect([named.stdout.includes("it ran"), named.code]).toEqual([true, 0]);
  },
);

test.runIf(isRoot)("root under sudo runs the configuration of the user who called it", async () => {
  await using workspace = makeWorkspace(config);
  chownSync(join(workspace.folder, "reeve.config.ts"), 12_345, 0);
  const environment = { SUDO_UID: "12345" };
  expect((await workspace.start(["config", "show"], { environment }).ended).code).toBe(0);
  expect((await workspace.start(["config", "show"], { environment: { SUDO_UID: "1" } }).ended).code).toBe(3);
});
