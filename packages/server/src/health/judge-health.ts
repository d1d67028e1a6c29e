/** Judges how the runtime does: a pure function of what is known. The worst comes first and gives the sentence. */
import type { Finding, Health, RuntimeState } from "../contract/health.ts";
import type { Need } from "../contract/overview.ts";
import { alertFindings } from "./alert-findings.ts";
import { leftAlone, openBreakers } from "./open-breakers.ts";
import { failingPatterns } from "./failing-patterns.ts";
import type { Known } from "./known.ts";
import { sinceText, spanText } from "./time-text.ts";

/** An approval that nobody answered for so long is taken to be forgotten. */
const FORGOTTEN_MS = 3_600_000;
/** A report is news for so long. */
const REPORT_MS = 3_600_000;
const RUNS_SHOWN_MAX = 10;

export function judgeHealth(known: Known): Health {
  const { now, board, paused, runtime, logId, position } = known;
  const findings = [
    ...ofRuntime(known),
    ...failingPatterns(board.endings, paused.patterns, now, (pattern) => leftAlone(pattern, known)),
    ...openBreakers(known),
    ...ofNeeds(known),
    ...alertFindings(known),
    ...ofReports(known),
  ].toSorted((left, right) => rank(left) - rank(right));
  const [worst] = findings;
  return {
    level: worst?.level === "failing" ? "failing" : worst ? "attention" : "ok",
    sentence: worst ? sentenceOf(worst, findings.length - 1) : calm(runtime),
    findings,
    runtime,
    logId,
    position,
    now,
  };
}

function rank({ level }: Finding): number {
  return level === "failing" ? 0 : 1;
}

function sentenceOf({ sentence }: Finding, others: number): string {
  if (others === 0) return sentence;
  return `${sentence} (and ${others} more ${others === 1 ? "finding" : "findings"})`;
}

function calm({ state }: RuntimeState): string {
  return state === "reading" ? "Nothing fails in this log; nobody works on it now" : "All is well";
}

function ofRuntime({ runtime, now, reports, lastEventAt }: Known): readonly Finding[] {
  const found: Finding[] = [];
  if (runtime.state === "blocked") {
    const blockedMs = runtime.blockedMs ?? 0;
    const since = now - blockedMs;
    const cause = "its event loop does not answer: some agent holds it up, or the process is stopped";
    const repair = "move work that takes the processor's time to a workerAgent";
    const sentence = `The runtime is blocked ${sinceText(since, now)} (${spanText(blockedMs)}): ${cause}; ${repair}`;
    found.push({
      kind: "runtime-blocked",
      level: "failing",
      sentence,
      pattern: null,
      cause,
      since,
      repair,
      runs: [],
    });
  }
  const refusal = reports.findLast(({ code }) => code === "storage-unavailable");
  // Runs go on by themselves when there is room again; then there are events again.
  if (refusal && lastEventAt <= refusal.at) {
    const { at, message } = refusal;
    const repair = "make room, or make the file writable: runs pause meanwhile and nothing is lost";
    const sentence = `The log can't be written ${sinceText(at, now)}: ${message}; ${repair}`;
    found.push({
      kind: "storage-refused",
      level: "failing",
      sentence,
      pattern: null,
      cause: message,
      since: at,
      repair,
      runs: [],
    });
  }
  return found;
}

function ofNeeds({ needs, now }: Known): readonly Finding[] {
  const of = (kind: Need["kind"]): readonly Need[] => needs.needs.filter((need) => need.kind === kind);
  const forgotten = of("approval").filter(({ since }) => now - since >= FORGOTTEN_MS);
  return [
    needFinding("rollback-failed", "failing", of("rollback-failed"), now, {
      one: "An undo failed",
      many: (count) => `Undos failed in ${count} runs`,
      repair: "put right by hand what was not undone, then retry the run",
    }),
    needFinding("stranded", "failing", of("stranded"), now, {
      one: "A run is stranded",
      many: (count) => `${count} runs are stranded`,
      repair: "register the version of the pattern that they began with, or cancel them",
    }),
    needFinding("unsure", "attention", of("unsure"), now, {
      one: "A step may have had its effect",
      many: (count) => `Steps of ${count} runs may have had their effect`,
      repair: "find out whether it happened, then retry the run",
    }),
    needFinding("approval-forgotten", "attention", forgotten, now, {
      one: "An approval waits",
      many: (count) => `${count} approvals wait`,
      repair: "answer it, or cancel the run",
    }),
  ].flatMap((finding) => finding ?? []);
}

interface Words {
  readonly one: string;
  readonly many: (count: number) => string;
  readonly repair: string;
}

/** @param needs the oldest first */
function needFinding(
  kind: Finding["kind"],
  level: Finding["level"],
  needs: readonly Need[],
  now: number,
  { one, many, repair }: Words,
): Finding | undefined {
  const [oldest] = needs;
  if (!oldest) return undefined;
  const { pattern, since, detail: cause } = oldest;
  const what = needs.length === 1 ? one : many(needs.length);
  const where = pattern === "" ? "" : ` in ${pattern}`;
  return {
    kind,
    level,
    sentence: `${what}${where} ${sinceText(since, now)}: ${cause}; ${repair}`,
    pattern: pattern === "" ? null : pattern,
    cause,
    since,
    repair,
    runs: needs.map(({ run }) => run).slice(0, RUNS_SHOWN_MAX),
  };
}

function ofReports({ reports, now }: Known): readonly Finding[] {
  const news = reports.filter(({ at, code }) => now - at < REPORT_MS && code !== "storage-unavailable");
  const last = news.at(-1);
  if (!last) return [];
  const { what, message, at } = last;
  const cause = `${what}: ${message}`;
  const repair = "see what the process wrote to its standard error";
  return [
    {
      kind: "fault-reported",
      level: "attention",
      sentence: `Something went wrong beside the runs ${sinceText(at, now)}: ${cause}; ${repair}`,
      pattern: null,
      cause,
      since: at,
      repair,
      runs: [],
    },
  ];
}
