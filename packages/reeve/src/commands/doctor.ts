/** `reeve doctor`: looks for what keeps Reeve from working here, and says what to do about each finding. */
import { logOwner, type Runtime, type RuntimeOptions } from "@reeve/core";
import { CONFIG_OPTION, JSON_OPTION, type Call, type Command } from "../command-line/command.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { shellWord } from "../command-line/shell-word.ts";
import { findConfig } from "../config/find-config.ts";
import { loadConfig } from "../config/load-config.ts";
import { fileOf, NoLogYet, openAsGuest } from "../config/open-runtime.ts";
import { dateText, durationText } from "../output/duration.ts";
import { jsonText } from "../output/json-text.ts";
import { plural } from "../output/number-text.ts";
import { pausedParts } from "../output/paused-lines.ts";
import { oneLine } from "../output/safe-text.ts";
import type { Style } from "../output/terminal.ts";
import { examineFile } from "./examine-file.ts";
import { examineRuns } from "./examine-runs.ts";
import { good, hintOf, messageOf, problem, warning, type Finding } from "./finding.ts";

const MARKS: { readonly [level in Finding["level"]]: readonly [string, Style] } = {
  good: ["✓", "green"],
  warning: ["!", "yellow"],
  problem: ["✗", "red"],
};

export const doctorCommand: Command = {
  name: "doctor",
  words: [],
  needsFiles: true,
  summary: "check Node, the configuration and the log, and say what to do",
  examples: [
    ["reeve doctor", "what is wrong here, if anything"],
    ["reeve doctor --json", "for programs; the exit code is 1 if there is a problem"],
  ],
  options: { ...JSON_OPTION, ...CONFIG_OPTION },
  run: async (call) => {
    const findings = await examine(call);
    const { out } = call.terminal;
    if (call.given.flag("json")) out.line(jsonText({ findings }));
    else {
      for (const { level, what, remedy } of findings) {
        const [mark, style] = MARKS[level];
        out.line(`${out.paint(style, mark)} ${oneLine(what)}`);
        if (remedy !== undefined) out.line(`    ${out.paint("cyan", "→")} ${oneLine(remedy)}`);
      }
    }
    return findings.some(({ level }) => level === "problem") ? EXIT.failed : EXIT.ok;
  },
};

async function examine(call: Call): Promise<Finding[]> {
  const findings = [good(`Node ${process.versions.node}`)];
  const options = await examineConfig(call, findings);
  if (!options) return findings;
  examinePatterns(options, findings);
  if (!options.engine.capabilities.file) {
    findings.push(
      warning(
        "the engine keeps its log in memory: nothing outlives the process",
        'use engine: sqliteEngine("reeve.db")',
      ),
    );
    return findings;
  }
  const file = fileOf(options.engine);
  if (file !== undefined) findings.push(...examineFile(file));
  await examineLog(call, options, findings);
  return findings;
}

function ownerOf({ engine }: RuntimeOptions): Finding[] {
  const file = fileOf(engine);
  if (file === undefined) return [];
  const owner = logOwner(file);
  if (!owner) return [good("no process owns the log: what is asked of it waits for the next start")];
  const { pid, host, since } = owner;
  return [good(`process ${pid} on ${host} owns the log since ${dateText(Date.parse(since))}`)];
}

function retentionOf({ retention }: RuntimeOptions): Finding {
  if (retention === undefined) return good("runs that ended are kept for ever: no `retention` is set");
  const { afterMs, archive } = retention;
  const where = archive === undefined ? "and are gone then" : `and kept in ${archive}`;
  return good(`runs are removed ${durationText(afterMs)} after their end, ${where}`);
}

async function examineConfig(call: Call, findings: Finding[]): Promise<RuntimeOptions | undefined> {
  try {
    const file = findConfig(call);
    const options = await loadConfig(file);
    findings.push(good(`configuration ${file}`));
    return options;
  } catch (error) {
    findings.push(problem(messageOf(error), hintOf(error)));
    return undefined;
  }
}

function examinePatterns({ patterns }: RuntimeOptions, findings: Finding[]): void {
  const names = patterns.map(({ name }) => name).join(", ");
  findings.push(
    patterns.length === 0
      ? problem("no pattern is registered", "put your patterns into `patterns` of the configuration")
      : good(`${plural(patterns.length, "pattern")}: ${names}`),
  );
}

async function examineLog(call: Call, options: RuntimeOptions, findings: Finding[]): Promise<void> {
  try {
    await using runtime = await openAsGuest(call);
    findings.push(good("the log can be read"), ...ownerOf(options));
    findings.push(...(await examineRuns(runtime)));
    examineControls(runtime, findings);
    findings.push(retentionOf(options));
  } catch (error) {
    findings.push(
      error instanceof NoLogYet
        ? good("there is no log yet; the first run makes it")
        : problem(messageOf(error), hintOf(error)),
    );
  }
}

/** What holds back runs of the log as a whole, and what starts them. */
function examineControls(runtime: Runtime, findings: Finding[]): void {
  for (const { what, remedy } of pausedParts(runtime.paused())) findings.push(warning(what, remedy));
  const schedules = runtime.schedules();
  for (const { name, pattern } of schedules) {
    if (runtime.patterns.some((each) => each.name === pattern)) continue;
    findings.push(
      problem(
        `schedule '${name}' starts runs of '${pattern}', which is not registered`,
        `register the pattern, or forget the schedule: reeve unschedule ${shellWord(name)}`,
      ),
    );
  }
  const next = Math.min(...schedules.map(({ nextAt }) => nextAt ?? Infinity));
  if (next < Infinity)
    findings.push(good(`${plural(schedules.length, "schedule")}, next at ${dateText(next)}`));
}
