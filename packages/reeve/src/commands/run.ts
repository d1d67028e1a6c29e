/** `reeve run`: starts a run and follows it to its end. */
import { RUN_STATES, type ContextRequest, type Runtime } from "@reeve/core";
import { CONFIG_OPTION, JSON_OPTION, type Call, type Command } from "../command-line/command.ts";
import { usageError } from "../command-line/command-error.ts";
import { readValue } from "../command-line/read-value.ts";
import { openForWork } from "../config/open-runtime.ts";
import { plural } from "../output/number-text.ts";
import { oneLine } from "../output/safe-text.ts";
import { followToEnd } from "./follow-to-end.ts";

const COUNTED_RUNS_MAX = 1_000;

export const runCommand: Command = {
  name: "run",
  words: ["NAME"],
  summary: "start a run of a pattern and follow it to its end",
  examples: [
    [`reeve run greet --input '{"name":"Ada"}'`, "the input as JSON"],
    [
      "reeve run import --input @orders.json --id import-42",
      "from a file; starting twice with one id is one run",
    ],
    [
      "make-input | reeve run import --input - --json | jq .outcome",
      "from standard input, the outcome to a program",
    ],
  ],
  options: {
    input: { kind: "text", value: "JSON|@FILE|-", short: "i", summary: "the run's input" },
    id: { kind: "text", value: "ID", summary: "the run's id (default: a new one)" },
    domain: { kind: "text", value: "NAME", summary: "the context's domain" },
    priority: { kind: "text", value: "0-4", summary: "0 background to 4 urgent (default: 2)" },
    attribute: { kind: "list", value: "KEY=VALUE", summary: "an attribute of the context; may be repeated" },
    ...JSON_OPTION,
    ...CONFIG_OPTION,
  },
  run: async (call) => {
    const { given, folder } = call;
    const context = contextOf(call);
    const input = await readValue("--input", given.text("input"), folder);
    await using runtime = await openForWork(call);
    await tellWhatElseRuns(call, runtime);
    const id = given.text("id");
    const run = await runtime.start(given.word(0), input, { context, ...(id === undefined ? {} : { id }) });
    return await followToEnd(call, runtime, run);
  },
};

/** Says what the reader would otherwise wonder about: whose process works, and what else goes on in it. */
export async function tellWhatElseRuns({ terminal }: Call, runtime: Runtime): Promise<void> {
  const { err } = terminal;
  if (runtime.engine.role === "guest") {
    err.line("another process owns the log: it is asked to do this, and followed from here");
    return;
  }
  const states = RUN_STATES.filter((state) => state !== "ended" && state !== "stranded");
  const { runs, next } = await runtime.runs({ states, limit: COUNTED_RUNS_MAX });
  if (runs.length === 0) return;
  const [first] = runs;
  const which = runs.length === 1 && first ? oneLine(first.id) : "list them with `reeve runs --unfinished`";
  err.line(
    `resuming ${next === undefined ? "" : "more than "}${plural(runs.length, "unfinished run")}: ${which}`,
  );
}

function contextOf({ given }: Call): ContextRequest {
  const domain = given.text("domain");
  const priority = given.text("priority");
  if (priority !== undefined && !/^[0-4]$/.test(priority)) {
    throw usageError(`--priority is '${priority}'`, "use a whole number from 0 (background) to 4 (urgent)");
  }
  const attributes = Object.fromEntries(given.list("attribute").map(parseAttribute));
  return {
    ...(domain === undefined ? {} : { domain }),
    ...(priority === undefined ? {} : { priority: Number(priority) }),
    ...(Object.keys(attributes).length === 0 ? {} : { attributes }),
  };
}

/** `true`, `false`, `null` and numbers are what they look like, everything else is text. */
function parseAttribute(given: string): [string, string | number | boolean | null] {
  const at = given.indexOf("=");
  if (at < 1)
    throw usageError(`--attribute is '${given}'`, "write it as KEY=VALUE, such as --attribute tenant=acme");
  const value = given.slice(at + 1);
  const literals = new Map<string, boolean | null>([
    ["true", true],
    ["false", false],
    ["null", null],
  ]);
  const literal = literals.get(value);
  const isNumber = /^-?(0|[1-9]\d*)(\.\d+)?$/.test(value) && String(Number(value)) === value;
  return [given.slice(0, at), literal !== undefined ? literal : isNumber ? Number(value) : value];
}
