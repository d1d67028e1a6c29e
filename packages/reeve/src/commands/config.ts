/** `reeve config show`: every setting with its value and the place it comes from. */
import { effectiveSettings, type EffectiveSetting } from "@reeve/core";
import { CONFIG_OPTION, JSON_OPTION, type Call, type Command } from "../command-line/command.ts";
import { usageError } from "../command-line/command-error.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { configOf, placed, type Configured } from "../config/open-runtime.ts";
import { unknownVariables } from "../config/outside-settings.ts";
import { durationText } from "../output/duration.ts";
import { jsonText } from "../output/json-text.ts";
import { oneLine } from "../output/safe-text.ts";
import { tableLines } from "../output/table.ts";

interface Row extends EffectiveSetting {
  /** `default`, or where the value was given. */
  readonly from: string;
}

export const configCommand: Command = {
  name: "config",
  words: ["ACTION"],
  summary: "show every setting, its value, and where it comes from",
  examples: [
    ["reeve config show", "what a runtime goes by here"],
    ["REEVE_DRAIN_MS=30s reeve config show", "a variable of the environment wins over the file"],
    ["reeve config show --set drainMs=1m", "the command line wins over both"],
  ],
  options: { ...JSON_OPTION, ...CONFIG_OPTION },
  run: async (call) => {
    const action = call.given.word(0);
    if (action !== "show")
      throw usageError(`reeve config has no action '${action}'`, "use reeve config show");
    const configured = await configOf(call);
    const rows = rowsOf(configured);
    const { out } = call.terminal;
    if (call.given.flag("json")) {
      out.line(jsonText({ file: configured.file, settings: rows.map(jsonOf) }));
    } else {
      const cells = rows.map((row) => [row.name, valueText(row), row.from]);
      for (const line of tableLines(["SETTING", "VALUE", "FROM"], cells, out.columns)) out.line(line);
    }
    warnOfUnknown(call);
    return EXIT.ok;
  },
};

function rowsOf(configured: Configured): Row[] {
  const { file, options, outside } = configured;
  const places = new Map<string, string>(outside.map(({ name, place }) => [name, place]));
  try {
    return effectiveSettings(options).map((setting) => ({
      ...setting,
      from: setting.source === "given" ? (places.get(setting.name) ?? file) : setting.source,
    }));
  } catch (error) {
    throw placed(error, configured);
  }
}

function valueText({ name, value, isSecret }: Row): string {
  if (value === undefined) return "–";
  if (isSecret) return "(set)";
  if (typeof value === "number" && name.endsWith("Ms")) return durationText(value);
  if (typeof value === "object") return value.length === 0 ? "none" : oneLine(value.join(", "));
  return oneLine(String(value));
}

function jsonOf({ name, value, isSecret, from }: Row): { readonly [key: string]: unknown } {
  return { name, value: isSecret ? value !== undefined : (value ?? null), from };
}

/** A variable that is misspelt would otherwise do nothing, and nobody would know. */
function warnOfUnknown({ environment, terminal: { err } }: Call): void {
  for (const [variable, close] of unknownVariables(environment)) {
    const meant = close === undefined ? "" : `; did you mean ${close}?`;
    err.line(`${err.paint("yellow", "!")} ${oneLine(variable)} is no setting of reeve${meant}`);
  }
}
