/** `reeve alerts`: what fires and since when, what is left of budgets, what is silenced, and what fired before. */
import { silenceOf, type ActiveAlert, type AlertEpisode, type Silence } from "@reeve/core";
import { openAccess } from "../access/open-access.ts";
import type { AlertsFound } from "../access/runtime-access.ts";
import { ACCESS_OPTIONS, JSON_OPTION, type Call, type Command } from "../command-line/command.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { NoLogYet } from "../config/open-runtime.ts";
import { dateText, durationText } from "../output/duration.ts";
import { jsonText } from "../output/json-text.ts";
import { oneLine, shorten } from "../output/safe-text.ts";
import { tableLines } from "../output/table.ts";

const NAME_LENGTH_MAX = 60;
const EPISODES_SHOWN = 20;

export const alertsCommand: Command = {
  name: "alerts",
  words: [],
  summary: "list what fires, budgets of objectives, and silences",
  examples: [
    ["reeve alerts", "what fires now, and what is left of each budget"],
    ["reeve alerts --history", "when alerts fired and why they were resolved, too"],
    ["reeve alerts --json | jq '.alerts[].alert'", "for programs; times are epoch milliseconds"],
    [
      'reeve silence "stuck/*" --for 2h --reason "the bank is down"',
      "hands on no news of them for two hours",
    ],
  ],
  options: {
    history: { kind: "flag", summary: `the latest ${EPISODES_SHOWN} times that alerts fired, too` },
    ...JSON_OPTION,
    ...ACCESS_OPTIONS,
  },
  run: async (call) => {
    const found = await find(call);
    if (call.given.flag("json")) call.terminal.out.line(jsonText(jsonOf(call, found)));
    else show(call, found);
    return EXIT.ok;
  },
};

async function find(call: Call): Promise<AlertsFound> {
  try {
    await using runtime = await openAccess(call, "guest");
    return await runtime.alerts();
  } catch (error) {
    if (!(error instanceof NoLogYet)) throw error;
    return { alerts: [], objectives: [], silences: [], history: [], now: 0 };
  }
}

function jsonOf({ given }: Call, { alerts, objectives, silences, history, now }: AlertsFound): unknown {
  return {
    alerts: alerts.map((one) => ({ ...one, silence: silenceOf(one.alert, silences, now)?.id ?? null })),
    objectives: objectives.map(({ objective, budget, budgetLeft, windows }) => ({
      ...objective,
      budget,
      budgetLeft: budgetLeft ?? null,
      windows,
    })),
    silences,
    ...(given.flag("history") && { history: history.slice(0, EPISODES_SHOWN) }),
  };
}

function show(call: Call, found: AlertsFound): void {
  const { out, err } = call.terminal;
  const width = out.isLive ? out.columns : Infinity;
  const table = (titles: readonly string[], rows: readonly string[][]): void => {
    if (rows.length === 0) return;
    const head = titles.map((title) => out.paint("dim", title));
    for (const line of tableLines(head, rows, width)) out.line(line);
    out.line("");
  };
  const { alerts, objectives, silences, history, now } = found;
  if (alerts.length === 0) err.line("no alert fires");
  table(
    ["ALERT", "SEVERITY", "FOR", "SILENCED", "SUMMARY"],
    alerts.map((alert) => alertCells(alert, silences, now)),
  );
  table(["OBJECTIVE", "PATTERN", "WANTED", "BUDGET LEFT", "BURNS, 1 h"], objectives.map(objectiveCells));
  table(["SILENCE", "ALERT", "UNTIL", "BY", "REASON"], silences.map(silenceCells));
  if (!call.given.flag("history")) return;
  table(
    ["FIRED", "FOR", "ALERT", "SUMMARY", "RESOLVED"],
    history.slice(0, EPISODES_SHOWN).map((episode) => episodeCells(episode, now)),
  );
}

function alertCells(
  { alert, severity, since, summary }: ActiveAlert,
  silences: readonly Silence[],
  now: number,
): string[] {
  const silence = silenceOf(alert, silences, now);
  const silenced = silence ? `until ${dateText(silence.until)}` : "–";
  return [named(alert), severity, durationText(now - since), silenced, oneLine(summary)];
}

function objectiveCells({ objective, budgetLeft, windows }: AlertsFound["objectives"][number]): string[] {
  const { name, pattern } = objective;
  const wanted =
    "success" in objective
      ? `${percent(objective.success)} succeed`
      : `${percent(objective.latency.p)} within ${durationText(objective.latency.ms)}`;
  const hour = windows.find(({ window }) => window === "1h")?.burnRate;
  const burns = hour === undefined ? "nothing ended" : `${Number(hour.toPrecision(2))} x`;
  return [named(name), named(pattern), wanted, budgetLeft === undefined ? "–" : percent(budgetLeft), burns];
}

function silenceCells({ id, alert, until, by, reason }: Silence): string[] {
  return [oneLine(id), named(alert), dateText(until), oneLine(by), oneLine(reason)];
}

function episodeCells(
  { alert, firedAt, resolvedAt, summary, resolution }: AlertEpisode,
  now: number,
): string[] {
  const lasted = durationText((resolvedAt ?? now) - firedAt);
  return [dateText(firedAt), lasted, named(alert), oneLine(summary), oneLine(resolution ?? "not yet")];
}

function named(text: string): string {
  return shorten(oneLine(text), NAME_LENGTH_MAX);
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
