/**
 * Owns how the git history of a folder is asked for, and how the answer is read. It starts no process.
 * The command runs nothing that the repository configures: no hooks, file monitors, external diffs, text
 * conversions, pagers or signature checks. Paths come relative to the folder, and only those below it.
 */

export interface GitHistory {
  commits: number;
  /** True when the limit cut the history off. */
  truncated: boolean;
  /** ISO 8601, UTC. */
  firstAt: string;
  /** ISO 8601, UTC. */
  lastAt: string;
  files: Record<string, FileHistory>;
  /** Most commits first. */
  authors: { name: string; commits: number }[];
  /** Oldest first, months without commits included. */
  commitsByMonth: { month: string; commits: number }[];
}

export interface FileHistory {
  commits: number;
  added: number;
  deleted: number;
  /** Lines added and deleted, by author. */
  authors: Record<string, number>;
}

/** Commits read at most, newest first. */
const commitsMax = 5_000;

/**
 * Command that prints the history of the folder for `parseGitHistory`. It ends with an error, and no output, where
 * there is no repository or no commit. Run it with `gitEnvironment` so that it takes no locks and asks nothing.
 */
export function gitHistoryCommand(root: string): { command: string; args: string[] } {
  const settings = [
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.quotePath=false",
    "core.attributesFile=/dev/null",
    "core.pager=cat",
    "diff.external=",
    "diff.renames=false",
    "log.showSignature=false",
    "log.mailmap=true",
    "protocol.allow=never",
  ].flatMap((setting) => ["-c", setting]);
  return {
    command: "git",
    args: [
      "--no-pager",
      "--no-optional-locks",
      ...settings,
      "-C",
      root,
      "log",
      `--max-count=${commitsMax + 1}`,
      "--no-merges",
      "--no-ext-diff",
      "--no-textconv",
      "--no-renames",
      "--no-show-signature",
      "--ignore-submodules=all",
      "--no-color",
      "--numstat",
      "-z",
      "--relative",
      "--format=%x1e%at%x1f%aN%x1f",
      "--",
      ".",
    ],
  };
}

/** Environment to add for the command. */
export const gitEnvironment: Readonly<Record<string, string>> = {
  GIT_OPTIONAL_LOCKS: "0",
  GIT_TERMINAL_PROMPT: "0",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_NO_LAZY_FETCH: "1",
  LC_ALL: "C",
};

/** History from the output of the command; `undefined` when it holds no commit (no repository, or an empty one). */
export function parseGitHistory(stdout: string): GitHistory | undefined {
  const records = stdout.split("\x1e").slice(1);
  const truncated = records.length > commitsMax;
  const files = new Map<
    string,
    { commits: number; added: number; deleted: number; authors: Map<string, number> }
  >();
  const authors = new Map<string, number>();
  const months = new Map<string, number>();
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  let commits = 0;
  for (const record of truncated ? records.slice(0, commitsMax) : records) {
    const [seconds = "", author = "", changes = ""] = record.split("\x1f");
    const at = Number(seconds) * 1_000;
    if (!Number.isFinite(at) || seconds === "") continue;
    commits += 1;
    first = Math.min(first, at);
    last = Math.max(last, at);
    authors.set(author, (authors.get(author) ?? 0) + 1);
    const month = new Date(at).toISOString().slice(0, 7);
    months.set(month, (months.get(month) ?? 0) + 1);
    for (const change of changes.split("\0")) addChange(files, change, author);
  }
  if (commits === 0) return undefined;
  return {
    commits,
    truncated,
    firstAt: new Date(first).toISOString(),
    lastAt: new Date(last).toISOString(),
    files: Object.fromEntries(
      [...files]
        .toSorted(byFirst)
        .map(([path, file]) => [path, { ...file, authors: Object.fromEntries(file.authors) }]),
    ),
    authors: [...authors]
      .map(([name, count]) => ({ name, commits: count }))
      .toSorted((a, b) => b.commits - a.commits || (a.name < b.name ? -1 : 1)),
    commitsByMonth: fillMonths(months),
  };
}

function byFirst(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : 1;
}

/** A change is `added TAB deleted TAB path`; binary files have `-` for both. */
function addChange(
  files: Map<string, { commits: number; added: number; deleted: number; authors: Map<string, number> }>,
  change: string,
  author: string,
): void {
  const match = /^\s*(\d+|-)\t(\d+|-)\t([^]+)$/.exec(change);
  if (match === null) return;
  const added = Number(match[1]) || 0;
  const deleted = Number(match[2]) || 0;
  const path = match[3] ?? "";
  const file = files.get(path) ?? { commits: 0, added: 0, deleted: 0, authors: new Map<string, number>() };
  file.commits += 1;
  file.added += added;
  file.deleted += deleted;
  file.authors.set(author, (file.authors.get(author) ?? 0) + added + deleted);
  files.set(path, file);
}

function fillMonths(months: ReadonlyMap<string, number>): { month: string; commits: number }[] {
  const names = [...months.keys()].toSorted();
  const last = names.at(-1) ?? "";
  const filled: { month: string; commits: number }[] = [];
  // A wrong clock can date a commit to 1970; fifty years of empty months are still only six hundred entries.
  for (
    let month = names[0] ?? "";
    month !== "" && month <= last && filled.length < 1_200;
    month = nextMonth(month)
  ) {
    filled.push({ month, commits: months.get(month) ?? 0 });
  }
  return filled;
}

function nextMonth(month: string): string {
  const [year = 0, number = 0] = month.split("-").map(Number);
  const next = number === 12 ? [year + 1, 1] : [year, number + 1];
  return `${String(next[0]).padStart(4, "0")}-${String(next[1]).padStart(2, "0")}`;
}
