/** What `reeve doctor` finds among the runs that have not ended, and the commands that help them on. */
import { RUN_STATES, type RunRecord, type Runtime } from "@reeve/core";
import { shellWord } from "../command-line/shell-word.ts";
import { dateText } from "../output/duration.ts";
import { plural } from "../output/number-text.ts";
import { good, warning, type Finding } from "./finding.ts";

const COUNTED_RUNS_MAX = 1_000;
const VERSIONS_SHOWN_MAX = 10;
const VERSION_LENGTH = 12;

export async function examineRuns(runtime: Runtime): Promise<Finding[]> {
  const states = RUN_STATES.filter((state) => state !== "ended");
  const { runs, next } = await runtime.runs({ states, limit: COUNTED_RUNS_MAX });
  const more = next === undefined ? "" : "more than ";
  const findings: Finding[] = [];
  if (runs.length > 0)
    findings.push(good(`${more}${plural(runs.length, "unfinished run")}: reeve runs --unfinished`));
  const of = (state: RunRecord["state"]): RunRecord[] => runs.filter((run) => run.state === state);
  findings.push(...queued(of("queued")), ...paused(of("paused")), ...stranded(of("stranded")));
  const failed = await runtime.runs({ outcomes: ["rollback-failed"], limit: 1 });
  const [broken] = failed.runs;
  if (broken) {
    findings.push(
      warning(`an undo of run ${broken.id} failed: a person must look`, `reeve show ${shellWord(broken.id)}`),
    );
  }
  return findings;
}

/** @param runs newest first */
function queued(runs: readonly RunRecord[]): Finding[] {
  const first = runs.at(-1);
  if (!first) return [];
  const since = `${runs.length === 1 ? "" : "the first "}since ${dateText(first.startedAt)}`;
  const what = `${plural(runs.length, "run")} ${runs.length === 1 ? "is" : "are"} queued, ${since}`;
  return [good(`${what}: reeve runs --state queued; what it waits for: reeve show ${shellWord(first.id)}`)];
}

function paused(runs: readonly RunRecord[]): Finding[] {
  const [first] = runs;
  if (!first) return [];
  return [
    warning(
      `${plural(runs.length, "run")} ${runs.length === 1 ? "is" : "are"} paused, such as ${first.id}`,
      `see why: reeve show ${shellWord(first.id)}; go on: reeve resume ${shellWord(first.id)}; list them: reeve runs --state paused`,
    ),
  ];
}

/** Per version that runs began with, since each is registered again, or given up, as one. */
function stranded(runs: readonly RunRecord[]): Finding[] {
  const byVersion = new Map<string, RunRecord[]>();
  for (const run of runs) {
    const key = `${run.pattern}\n${run.patternVersion}`;
    byVersion.set(key, [...(byVersion.get(key) ?? []), run]);
  }
  const groups = Array.from(byVersion.values());
  const findings = groups
    .slice(0, VERSIONS_SHOWN_MAX)
    .flatMap(([first, ...rest]) => (first ? [strandedAt(first, rest.length + 1)] : []));
  const more = groups.length - VERSIONS_SHOWN_MAX;
  if (more > 0) {
    findings.push(
      warning(
        `runs of ${plural(more, "further version")} can't go on either`,
        "list them: reeve runs --state stranded",
      ),
    );
  }
  return findings;
}

function strandedAt({ id, pattern, patternVersion }: RunRecord, count: number): Finding {
  const version = patternVersion.slice(0, VERSION_LENGTH);
  const which = count === 1 ? id : `such as ${id}`;
  const list = count === 1 ? "" : `; list them: reeve runs --state stranded --pattern ${shellWord(pattern)}`;
  return warning(
    `${plural(count, "run")} can't go on with the registered patterns, ${which}: begun with version ${version} of '${pattern}'`,
    `see why: reeve show ${shellWord(id)}; register that version again, or end ${count === 1 ? "it" : "each"}: reeve cancel ${shellWord(id)}${list}`,
  );
}
