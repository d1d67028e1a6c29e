/** Phase 1, *survey*: which files there are, and what git remembers of them. Both agents at once. */
import { agent, parallel, processAgent, systemClock } from "reeve";
import type { SkippedFile } from "./analysis/excavation.ts";
import {
  gitEnvironment,
  gitHistoryCommand,
  parseGitHistory,
  type GitHistory,
} from "./analysis/git-history.ts";
import { listFiles } from "./analysis/list-files.ts";
import type { StudyTask } from "./study-task.ts";

/** What the survey lists. The time is here, in a durable output, so that a resumed run reports the same one. */
export interface Survey extends StudyTask {
  /** ISO 8601, UTC. */
  readonly generatedAt: string;
  readonly files: string[];
  readonly skipped: SkippedFile[];
}

const clock = systemClock();

export const listSources = agent("list-files", {
  timeoutMs: 600_000,
  run: async (task: StudyTask): Promise<Survey> => ({
    ...task,
    generatedAt: new Date(clock.now()).toISOString(),
    ...(await listFiles(task.root, { exclude: [...task.exclude] })),
  }),
});

export type HistoryAnswer =
  | { readonly found: true; readonly history: GitHistory }
  | { readonly found: false; readonly reason: string };

/** What git answers where there is no repository, no commit, or one it does not trust. */
const refusedExitCode = 128;

const gitLog = processAgent("git-log", {
  timeoutMs: 300_000,
  command: (task: StudyTask) => gitHistoryCommand(task.root),
  env: gitEnvironment,
  exitCodes: [0, refusedExitCode],
  outputBytesMax: 256 * 1024 * 1024,
  parse: (stdout, { stderr }): HistoryAnswer => {
    const history = parseGitHistory(stdout);
    return history ? { found: true, history } : { found: false, reason: reasonFrom(stderr) };
  },
});

/** A folder can be studied without history, so git may fail, or not be there at all. */
export const readHistory = parallel("history", { tasks: { git: gitLog }, tolerate: { failures: 1 } });

function reasonFrom(stderr: string): string {
  const fatal = /^fatal: (.*?)(?: \(or any .*)?$/m.exec(stderr)?.[1];
  return fatal ?? "no commit touches this folder";
}
