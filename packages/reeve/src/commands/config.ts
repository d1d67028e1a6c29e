/** `reeve config`: every setting with its value and the place it comes from; puts a profile of settings in force. */
import { relative } from "node:path";
import { effectiveSettings, type EffectiveSetting } from "@reeve/core";
import { CONFIG_OPTION, JSON_OPTION, type Call, type Command } from "../command-line/command.ts";
import { usageError } from "../command-line/command-error.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import {
  configOf,
  NoLogYet,
  openAsGuest,
  openToAsk,
  placed,
  type Configured,
} from "../config/open-runtime.ts";
import { unknownVariables } from "../config/outside-settings.ts";
import { durationText } from "../output/duration.ts";
import { jsonText } from "../output/json-text.ts";
import { oneLine } from "../output/safe-text.ts";
import { tableLines } from "../output/table.ts";
import { awaitTruth } from "./await-echo.ts";
import { tellTaken } from "./tell-taken.ts";

interface Row extends EffectiveSetting {
  /** `default`, or where the value was given. */
  readonly from: string;
}

export const configCommand: Command = {
  name: "config",
  words: ["ACTION", "[PROFILE]"],
  needsFiles: true,
  summary: "show every setting and where it comes from, or activate a profile",
  examples: [
    ["reeve config show", "what a runtime goes by here"],
    ["REEVE_DRAIN_MS=30s reeve config show", "a variable of the environment wins over the file"],
    ["reeve config show --set drainMs=1m", "the command line wins over both"],
    [
      "reeve config activate calm",
      "the settings of profiles.calm hold at once, wherever the log is worked on",
    ],
    ["reeve config deactivate", "those without a profile hold again"],
  ],
  options: { ...JSON_OPTION, ...CONFIG_OPTION },
  run: async (call) => {
    const action = call.given.word(0);
    if (action === "activate" || action === "deactivate") return activate(call, action);
    if (action !== "show")
      throw usageError(`reeve config has no action '${action}'`, "use show, activate or deactivate");
    const configured = await configOf(call);
    const profile = await activeProfile(call, configured);
    const rows = rowsOf(configured, profile);
    const { out } = call.terminal;
    if (call.given.flag("json")) {
      const { file } = configured;
      out.line(jsonText({ file, profile: profile ?? null, settings: rows.map(jsonOf) }));
    } else {
      const place = (from: string): string => (from === configured.file ? relative(call.folder, from) : from);
      const cells = rows.map((row) => [oneLine(row.name), valueText(row), oneLine(place(row.from))]);
      for (const line of tableLines(["SETTING", "VALUE", "FROM"], cells, out.columns)) out.line(line);
      if (profile !== undefined) out.line(`profile ${oneLine(profile)} is active: reeve config deactivate`);
    }
    warnOfUnknown(call);
    return EXIT.ok;
  },
};

async function activate(call: Call, action: "activate" | "deactivate"): Promise<number> {
  const name = call.given.word(1);
  if ((action === "activate") !== (name !== "")) {
    throw usageError(
      action === "activate" ? "the name of the profile is missing" : `'${name}' is one word too many`,
      "usage: reeve config activate PROFILE, reeve config deactivate",
    );
  }
  const wanted = name === "" ? undefined : name;
  await using runtime = await openToAsk(call);
  await runtime.activate(wanted);
  const taken = await awaitTruth(() => runtime.profile() === wanted);
  const done = wanted === undefined ? "no profile is active" : `profile ${wanted} is active`;
  tellTaken(call, {
    taken,
    done,
    later: `${wanted === undefined ? "no profile" : `profile ${wanted}`} will be active`,
    json: { profile: wanted ?? null },
  });
  return EXIT.ok;
}

async function activeProfile(call: Call, { options }: Configured): Promise<string | undefined> {
  if (!options.engine.capabilities.file) return undefined;
  try {
    await using runtime = await openAsGuest(call);
    return runtime.profile();
  } catch (error) {
    if (error instanceof NoLogYet) return undefined;
    throw error;
  }
}

function rowsOf(configured: Configured, profile: string | undefined): Row[] {
  const { file, options, outside } = configured;
  const places = new Map<string, string>(outside.map(({ name, place }) => [name, place]));
  const from: { readonly [source in EffectiveSetting["source"]]: string } = {
    given: file,
    preset: "preset",
    profile: `profile ${profile ?? ""}`,
    default: "default",
  };
  try {
    const rows = effectiveSettings(options, profile).map((setting) => ({
      ...setting,
      from: (setting.source === "given" && places.get(setting.name)) || from[setting.source],
    }));
    // The preset may be one that the profile names.
    const preset = rows.find(({ name }) => name === "preset")?.value;
    return rows.map((row) => (row.source === "preset" ? { ...row, from: `preset ${String(preset)}` } : row));
  } catch (error) {
    throw placed(error, configured);
  }
}

function valueText({ name, value, isSecret }: Row): string {
  if (value === undefined) return "–";
  if (isSecret) return "(set)";
  if (typeof value === "number" && name.endsWith("Ms")) return durationText(value);
  if (typeof value === "boolean") return value ? "on" : "off";
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
