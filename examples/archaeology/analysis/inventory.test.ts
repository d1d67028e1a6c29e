import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { digBatch } from "./dig-batch.ts";
import type { FileFinding } from "./file-finding.ts";
import type { GitHistory } from "./git-history.ts";
import { rankHotspots } from "./hotspots.ts";
import { summariseKnowledge } from "./knowledge.ts";
import { listFiles } from "./list-files.ts";
import { takeInventory } from "./inventory.ts";

let root = "";

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "archaeology-"));
  await writeFile(
    join(root, "a.ts"),
    'import "./b.ts";\n\nexport function f() {\n  if (x) { y(); } // TODO: z\n}\n',
  );
  await writeFile(join(root, "b.ts"), 'import "./a.ts";\n');
  await writeFile(join(root, "copy.ts"), 'import "./a.ts";\n');
  await writeFile(join(root, "LICENSE"), "Free.\n");
  await writeFile(join(root, "picture.png"), "");
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

const history: GitHistory = {
  commits: 9,
  truncated: false,
  firstAt: "2026-01-01T00:00:00.000Z",
  lastAt: "2026-01-02T00:00:00.000Z",
  files: {
    "a.ts": { commits: 8, added: 90, deleted: 10, authors: { Ada: 90, Grace: 10 } },
    "b.ts": { commits: 1, added: 10, deleted: 0, authors: { Ada: 4, Grace: 6 } },
    "gone.ts": { commits: 1, added: 500, deleted: 0, authors: { Linus: 500 } },
  },
  authors: [
    { name: "Ada", commits: 8 },
    { name: "Grace", commits: 1 },
  ],
  commitsByMonth: [{ month: "2026-01", commits: 9 }],
};

test("findings become an inventory", async () => {
  const { files, skipped } = await listFiles(root);
  const findings = await digBatch(files.map((path) => ({ root, path })));
  const inventory = takeInventory({
    files,
    skipped,
    findings,
    history,
  });
  expect(inventory).toMatchObject({
    files: 4,
    coverage: { listed: 4, read: 4, ratio: 1, failed: [] },
    skipped: { total: 1, byReason: [{ reason: "binary", files: 1 }] },
    languages: [{ language: "TypeScript", files: 2, code: 5, comment: 0, blank: 1 }],
    languagesWithCopies: [{ language: "TypeScript", files: 3, code: 6, comment: 0, blank: 1 }],
    totals: { files: 2, code: 5, functions: 1, unrecognised: 1 },
    folders: [
      { path: ".", files: 2, code: 5, changes: 9, language: "TypeScript", ownLanguage: "TypeScript" },
    ],
    largestFunctions: [{ path: "a.ts", name: "f", line: 3, lines: 3, nestingMax: 1 }],
    todos: { total: 1, byTag: [{ tag: "TODO", places: 1 }] },
    history: { commits: 9, authors: 2 },
  });
  expect(JSON.parse(JSON.stringify(inventory))).toEqual(inventory);
});

test("history says which files are hot and who knows them", async () => {
  const { files } = await listFiles(root);
  const findings = await digBatch(files.map((path) => ({ root, path })));
  const hotspots = rankHotspots(findings, history);
  expect(hotspots.basis).toBe("churn-and-complexity");
  expect(hotspots.places[0]).toMatchObject({ path: "a.ts", score: 1, commits: 8, churn: 100 });
  expect(summariseKnowledge(findings, history)).toMatchObject({
    authors: [
      { name: "Ada", commits: 8, files: 2, lines: 94, share: 0.8545, ownedFiles: 1 },
      { name: "Grace", files: 2, lines: 16, ownedFiles: 0 },
    ],
    busFactor: 1,
    singleAuthorFiles: 1,
    knownFiles: 2,
    atRisk: [{ path: "a.ts", author: "Ada", share: 0.9 }],
  });
});

test("the order of the findings does not matter", async () => {
  const { files, skipped } = await listFiles(root);
  const findings = await digBatch(files.map((path) => ({ root, path })));
  const input = { files, skipped, history };
  expect(takeInventory({ ...input, findings: findings.toReversed() })).toEqual(
    takeInventory({ ...input, findings }),
  );
});

test("a file that cannot be read lowers the coverage and says why", async () => {
  const findings: FileFinding[] = await digBatch(["a.ts", "gone.ts"].map((path) => ({ root, path })));
  expect(findings[1]).toEqual({ path: "gone.ts", error: "ENOENT" });
  const inventory = takeInventory({
    files: ["a.ts", "gone.ts", "never.ts"],
    skipped: [],
    findings,
  });
  expect(inventory.coverage).toEqual({
    listed: 3,
    read: 1,
    ratio: 1 / 3,
    failed: [
      { path: "gone.ts", error: "ENOENT" },
      { path: "never.ts", error: "no finding" },
    ],
  });
  expect(rankHotspots(findings, undefined)).toMatchObject({
    basis: "complexity",
    places: [{ path: "a.ts", commits: 0 }],
  });
  expect(inventory).not.toHaveProperty("history");
});
