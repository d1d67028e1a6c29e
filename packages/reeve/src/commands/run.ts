/** `reeve run`: starts a run and follows it to its end. */
import type { ContextRequest, RunHandle } from "@reeve/core";
import { CONFIG_OPTION, JSON_OPTION, type Call, type Command } from "../command-line/command.ts";
import { usageError } from "../command-line/command-error.ts";
import { readValue } from "../command-line/read-value.ts";
import { openForWork } from "../config/open-runtime.ts";
import { followToEnd } from "./follow-to-end.ts";

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
    const id = given.text("id");
    const start = (): Promise<RunHandle> =>
      runtime.start(given.word(0), input, { context, ...(id === undefined ? {} : { id }) });
    return await followToEnd(call, runtime, start);
  },
};

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
