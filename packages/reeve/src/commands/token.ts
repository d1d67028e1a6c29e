/** `reeve token`: makes, lists and removes the bearer tokens with which programs use the server. */
import { CONFIG_OPTION, JSON_OPTION, type Call, type Command } from "../command-line/command.ts";
import { usageError } from "../command-line/command-error.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { oneOf } from "../command-line/one-of.ts";
import { LOG_OPTION, logFile } from "../config/log-file.ts";
import { dateText } from "../output/duration.ts";
import { jsonText } from "../output/json-text.ts";
import { oneLine } from "../output/safe-text.ts";
import { tableLines } from "../output/table.ts";

export const tokenCommand: Command = {
  name: "token",
  words: ["[NAME]"],
  needsFiles: true,
  summary: "make, list and remove tokens for programs that use the server",
  examples: [
    ["reeve token grafana", "one that may read"],
    ["reeve token deploy --scope operate --grants stock:write", "one that may start runs with that grant"],
    ["reeve token --list", "their names, never what they are"],
    ["reeve token --remove grafana", "it ends within a second"],
  ],
  options: {
    scope: { kind: "text", value: "SCOPE", summary: "read or operate (default: read)" },
    grants: { kind: "list", value: "GRANT", summary: "what its runs may do (default: all the runtime may)" },
    list: { kind: "flag", summary: "show the tokens there are" },
    remove: { kind: "text", value: "NAME", summary: "end a token" },
    ...JSON_OPTION,
    ...LOG_OPTION,
    ...CONFIG_OPTION,
  },
  run: async (call) => {
    const { given } = call;
    const [name, removed] = [given.word(0), given.text("remove")];
    const asked = [name !== "", removed !== undefined, given.flag("list")].filter(Boolean).length;
    if (asked !== 1) throw usageError("give a NAME, --list or --remove NAME", "see reeve token --help");
    const file = await logFile(call, given.text("log"));
    if (removed !== undefined) return remove(call, file, removed);
    return name === "" ? list(call, file) : make(call, file, name);
  },
};

async function make({ given, terminal }: Call, file: string, name: string): Promise<number> {
  const { createToken } = await import("@reeve/server");
  const scope = oneOf("--scope", given.text("scope") ?? "read", ["read", "operate"] as const);
  const grants = given.list("grants").flatMap((each) => each.split(","));
  const token = createToken(file, { name, scope, ...(grants.length > 0 && { grants }) });
  const { out, err } = terminal;
  if (given.flag("json")) out.line(jsonText({ name, scope, token }));
  else out.line(token);
  err.line(`this is shown once; remove it with reeve token --remove ${oneLine(name)}`);
  return EXIT.ok;
}

async function list({ given, terminal }: Call, file: string): Promise<number> {
  const { listTokens } = await import("@reeve/server");
  const tokens = listTokens(file);
  const { out, err } = terminal;
  if (given.flag("json")) out.line(jsonText({ tokens }));
  else if (tokens.length === 0) err.line("there are no tokens; make one: reeve token NAME");
  else {
    const head = ["TOKEN", "SCOPE", "MADE", "GRANTS"].map((title) => out.paint("dim", title));
    const rows = tokens.map(({ name, scope, createdAt, grants }) => [
      oneLine(name),
      scope,
      dateText(createdAt),
      grants ? oneLine(grants.join(",")) : "all",
    ]);
    for (const line of tableLines(head, rows, out.isLive ? out.columns : Infinity)) out.line(line);
  }
  return EXIT.ok;
}

async function remove({ terminal }: Call, file: string, name: string): Promise<number> {
  const { removeToken } = await import("@reeve/server");
  const wasThere = removeToken(file, name);
  terminal.out.line(wasThere ? `token ${oneLine(name)} is removed` : `there is no token ${oneLine(name)}`);
  return wasThere ? EXIT.ok : EXIT.notFound;
}
