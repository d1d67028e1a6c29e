/** `reeve report`: one file of HTML about a run, a pattern or a range of time, for those who can't look here. */
import { statSync, writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { closestName } from "@reeve/core";
import { openAccess } from "../access/open-access.ts";
import type { RuntimeAccess } from "../access/runtime-access.ts";
import { ACCESS_OPTIONS, type Call, type Command } from "../command-line/command.ts";
import { CommandError, usageError } from "../command-line/command-error.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { isDuration, parseDuration } from "../command-line/parse-duration.ts";
import { parsePastTime } from "../command-line/parse-time.ts";
import { oneLine } from "../output/safe-text.ts";
import { patternReport, rangeReport, type Range } from "../report/many-report.ts";
import { pageText, type Page } from "../report/page.ts";
import { runReport } from "../report/run-report.ts";
import { findRun, isRun } from "./find-run.ts";

/** What agents returned can be confidential. */
const PRIVATE_MODE = 0o600;

export const reportCommand: Command = {
  name: "report",
  words: ["[RUN|PATTERN|TIME]"],
  summary: "write a page about a run, a pattern or a range of time that needs no server",
  examples: [
    ["reeve report import-42 --out report.html", "one run: steps, errors, values, log"],
    ["reeve report import --out report.html", "a pattern: how its runs do; with --since only the latest"],
    ["reeve report 24h --out report.html", "everything that began in that time"],
    [
      "reeve report --from 2026-11-20T00:00 --to 2026-11-21T00:00 --out day.html",
      "a day, by the clocks here",
    ],
    ["reeve report import-42 --out - | gzip > report.html.gz", "to standard output"],
  ],
  options: {
    out: {
      kind: "text",
      value: "FILE|-",
      short: "o",
      summary: "where to write it; a file that exists is kept",
    },
    force: { kind: "flag", summary: "write over a file that exists" },
    pattern: { kind: "text", value: "NAME", summary: "about this pattern, also where a run has its name" },
    since: {
      kind: "text",
      value: "TIME",
      summary: "runs that began so long ago at most, such as 30m, 24h or 7d",
    },
    from: { kind: "text", value: "TIME", summary: "runs that began then or later: 2031-04-05T03:00" },
    to: { kind: "text", value: "TIME", summary: "runs that began before then (default: now)" },
    ...ACCESS_OPTIONS,
  },
  run: async (call) => {
    const { given, terminal } = call;
    const out = given.text("out");
    if (out === undefined) throw usageError("--out is missing", "say where to write it: --out report.html");
    const now = Date.now();
    const range = rangeOf(call, now);
    const [named, pattern] = [given.word(0), given.text("pattern")];
    if (named !== "" && pattern !== undefined) throw several();
    if (named === "" && pattern === undefined && !range) {
      throw usageError(
        "what to report on is missing",
        "name a RUN, a PATTERN, or a time such as 24h or --from TIME",
      );
    }
    await using access = await openAccess(call, "guest");
    const asked = named === "" ? { pattern, range, now } : await meant(access, named, { range, now });
    if (pattern !== undefined) await refuseUnknown(access, pattern);
    const page = await pageOf(access, asked);
    if (out === "-") terminal.out.write(pageText(page));
    else write(call, out, pageText(page));
    return EXIT.ok;
  },
};

interface Asked {
  readonly run?: string;
  readonly pattern?: string | undefined;
  readonly range: Range | undefined;
  readonly now: number;
}

/** A run, else a pattern, else how long back; what is none of them is refused as a run. */
async function meant(access: RuntimeAccess, named: string, asked: Asked): Promise<Asked> {
  if (!(await isRun(access, named))) {
    if (await knowsPattern(access, named)) return { ...asked, pattern: named };
    if (isDuration(named)) {
      if (asked.range) throw several();
      const { now } = asked;
      return { range: { from: now - parseDuration("TIME", named), to: now, now }, now };
    }
    const close = closestName(named, await access.names("patterns"));
    if (close !== undefined) {
      const message = `there is no run and no pattern '${oneLine(named)}'`;
      throw new CommandError(EXIT.notFound, message, `did you mean '${oneLine(close)}'?`);
    }
    await findRun(access, named);
  }
  if (asked.range) throw several();
  return { ...asked, run: named };
}

async function pageOf(access: RuntimeAccess, { run, pattern, range, now }: Asked): Promise<Page> {
  if (run !== undefined) return await runReport(access, access.run(run), now);
  if (pattern !== undefined) return await patternReport(access, pattern, range, now);
  if (!range) throw several();
  return await rangeReport(access, range);
}

function several(): CommandError {
  return usageError(
    "there are several things to report on",
    "name one RUN, or a pattern and a time, or a time alone",
  );
}

/** A pattern is known when it is registered, or has runs. */
async function knowsPattern(access: RuntimeAccess, name: string): Promise<boolean> {
  if ((await access.names("patterns")).includes(name)) return true;
  return (await access.runs({ pattern: name, limit: 1 })).runs.length > 0;
}

async function refuseUnknown(access: RuntimeAccess, name: string): Promise<void> {
  if (await knowsPattern(access, name)) return;
  const names = await access.names("patterns");
  const close = closestName(name, names);
  throw new CommandError(
    EXIT.notFound,
    `there is no pattern '${oneLine(name)}', and it has no runs`,
    close === undefined ? "see all: reeve patterns" : `did you mean '${oneLine(close)}'?`,
  );
}

function rangeOf({ given }: Call, now: number): Range | undefined {
  const [since, from, to] = [given.text("since"), given.text("from"), given.text("to")];
  if (since !== undefined && (from !== undefined || to !== undefined)) {
    throw usageError("--since excludes --from and --to", "say how long back, or from when to when");
  }
  if (since !== undefined) return { from: now - parseDuration("--since", since), to: now, now };
  if (from === undefined) {
    if (to === undefined) return undefined;
    throw usageError("--to needs --from", "say from when: --from 2031-04-05T03:00");
  }
  const range = {
    from: parsePastTime("--from", from),
    to: to === undefined ? now : parsePastTime("--to", to),
    now,
  };
  if (range.from < range.to) return range;
  throw usageError(`--from is '${from}', which is not before --to`, "give the earlier time first");
}

function write({ folder, given, terminal }: Call, out: string, text: string): void {
  const file = resolve(folder, out);
  try {
    writeFileSync(file, text, { mode: PRIVATE_MODE, flag: given.flag("force") ? "w" : "wx" });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EISDIR" || (code === "EEXIST" && statSync(file).isDirectory()))
      throw new CommandError(EXIT.usage, `${file} is a folder`, "name the file to write in it");
    if (code === "EEXIST")
      throw new CommandError(EXIT.refused, `${file} exists`, "name another file, or add --force");
    const why = error instanceof Error ? error.message : String(error);
    const hint = "name a file in a folder that is there and that you may write to";
    throw new CommandError(EXIT.refused, `${file} can't be written: ${why}`, hint, error);
  }
  terminal.out.line(`wrote ${oneLine(relative(folder, file))}`);
}
