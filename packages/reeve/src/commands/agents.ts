/** `reeve agents`: the agents of the registered patterns, how their attempts go, and what holds them back. */
import { closestName } from "@reeve/core";
import { openAccess } from "../access/open-access.ts";
import type { AgentFound } from "../access/runtime-access.ts";
import { ACCESS_OPTIONS, JSON_OPTION, type Command } from "../command-line/command.ts";
import { CommandError } from "../command-line/command-error.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { breakerLine } from "../output/breaker-lines.ts";
import { durationText } from "../output/duration.ts";
import { jsonText } from "../output/json-text.ts";
import { oneLine, shorten } from "../output/safe-text.ts";
import { tableLines } from "../output/table.ts";

const NAME_LENGTH_MAX = 40;
const TITLES = ["AGENT", "RUNS ON", "TRIES", "AT ONCE", "WITHIN", "LAST DAY", "WELL", "P95", "STATE", "OF"];

export const agentsCommand: Command = {
  name: "agents",
  words: ["[AGENT]"],
  summary: "list agents: their limits, how their attempts went in the last day, what is paused or left alone",
  examples: [
    ["reeve agents", "every agent of the registered patterns"],
    ["reeve agents charge-card", "one of them"],
    ["reeve agents --json", "for programs; times in milliseconds"],
  ],
  options: { ...JSON_OPTION, ...ACCESS_OPTIONS },
  run: async (call) => {
    const { given, terminal } = call;
    const { out, err } = terminal;
    await using runtime = await openAccess(call, "look");
    const agents = named(await runtime.agents(), given.word(0));
    if (given.flag("json")) {
      out.line(jsonText({ agents }));
      return EXIT.ok;
    }
    if (agents.length === 0) err.line("no pattern is registered, so there are no agents");
    else {
      const head = TITLES.map((title) => out.paint("dim", title));
      for (const line of tableLines(head, agents.map(cellsOf), out.isLive ? out.columns : Infinity))
        out.line(line);
    }
    for (const { name, paused, breaker } of agents) {
      if (breaker) err.line(err.paint("yellow", breakerLine(name, breaker)));
      if (!paused) continue;
      const text = `agent '${name}' is paused: ${paused.reason} (by ${paused.by})`;
      err.line(`${err.paint("yellow", oneLine(text))}; go on: reeve resume --agent ${oneLine(name)}`);
    }
    return EXIT.ok;
  },
};

/** @throws CommandError */
function named(all: readonly AgentFound[], name: string): readonly AgentFound[] {
  if (name === "") return all;
  const found = all.filter((agent) => agent.name === name);
  if (found.length > 0) return found;
  const close = closestName(
    name,
    all.map((agent) => agent.name),
  );
  throw new CommandError(
    EXIT.notFound,
    `there is no agent '${oneLine(name)}'`,
    close === undefined ? "see all: reeve agents" : `did you mean '${oneLine(close)}'?`,
  );
}

function cellsOf({
  name,
  runsOn,
  attempts,
  concurrency,
  timeoutMs,
  paused,
  breaker,
  patterns,
  lately,
}: AgentFound): readonly string[] {
  const { good, bad, p95Ms } = lately;
  const ended = good + bad;
  return [
    shorten(oneLine(name), NAME_LENGTH_MAX),
    runsOn,
    String(attempts),
    concurrency === null ? "any" : String(concurrency),
    timeoutMs === null ? "–" : durationText(timeoutMs),
    String(ended),
    ended === 0 ? "–" : `${Number(((good / ended) * 100).toPrecision(3))} %`,
    p95Ms === null ? "–" : durationText(p95Ms),
    paused ? "paused" : breaker ? `breaker ${breaker.state}` : "works",
    patterns.map((pattern) => oneLine(pattern)).join(", "),
  ];
}
