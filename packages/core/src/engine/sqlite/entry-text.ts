/**
 * The text of the entries that make up nearly all of a log: beginnings and ends of runs, an attempt's beginning and its
 * success. Put together by hand it takes 200 ns; with an object made for `JSON.stringify` it took 500 ns, and 1.5 µs for
 * runs, which was 10 % of a run's processor time.
 */
import type { Context } from "../../delegation/context.ts";
import type { Event, EventHead, EventKind } from "../../delegation/event.ts";
import { shortChoice } from "./choice-entry.ts";
import { codeOfKind } from "./kinds.ts";
import { shortCompleted, shortRunEnded, shortRunStarted, shortStarted } from "./short-entry.ts";

type EventOf<Kind extends EventKind> = Extract<Event, { readonly kind: Kind }>;

/** By what an event says of itself, texts; a property that is new in an event has to be written here, too. */
type Texts<Kind extends EventKind> = Readonly<
  Record<Exclude<keyof EventOf<Kind>, keyof EventHead | "kind" | "path" | "attempt" | "copied">, string>
>;

const COMPLETED: Texts<"step-completed"> = {
  agent: '"agent":',
  output: ',"output":',
  durationMs: ',"durationMs":',
  usage: ',"usage":',
  score: ',"score":',
  principal: ',"principal":',
  contextAfter: ',"contextAfter":',
};

const RUN_STARTED: Texts<"run-started"> = {
  pattern: '"pattern":',
  patternVersion: ',"patternVersion":',
  input: ',"input":',
  context: ',"context":',
  origin: ',"origin":',
  admission: ',"admission":',
  queued: ',"queued":',
  choice: ',"choice":',
};
const RUN_ENDED: Texts<"run-ended"> = {
  outcome: '"outcome":',
  pattern: ',"pattern":',
  domain: ',"domain":',
  durationMs: ',"durationMs":',
  principal: ',"principal":',
  score: ',"score":',
  teaches: ',"teaches":',
  features: ',"features":',
  inputTokens: ',"inputTokens":',
  outputTokens: ',"outputTokens":',
  costUsd: ',"costUsd":',
  preserved: ',"preserved":',
  trace: ',"trace":',
  logDropped: ',"logDropped":',
};

/** Names and paths as JSON; a log repeats few of them, and those of items are not kept long. */
const quotedTexts = new Map<string, string>();
const QUOTED_MAX = 1_024;

/**
 * The entry, if it is of one of these kinds.
 * @param since when it happened, as JSON
 * @param known the context of the run, where its row tells it
 */
export function frequentEntry(event: Event, since: string, known: Context | undefined): string | undefined {
  if (event.copied) return undefined;
  switch (event.kind) {
    case "attempt-started":
      return startedEntry(event, since);
    case "step-completed":
      return completedEntry(event, since);
    case "run-started":
      return runStartedEntry(event, since, known);
    case "run-ended":
      return runEndedEntry(event, since);
    default:
      return undefined;
  }
}

function startedEntry(event: EventOf<"attempt-started">, since: string): string {
  const path = quoted(event.path);
  const own: Texts<"attempt-started"> = { recovery: textOf(event.recovery), agent: quoted(event.agent) };
  return `[${codeOfKind(event.kind)},${since},${path},${textOf(event.attempt)}${shortStarted(own, path)}]`;
}

function completedEntry(event: EventOf<"step-completed">, since: string): string {
  const { kind, path, attempt, agent, output, durationMs } = event;
  const where = quoted(path);
  const head = `[${codeOfKind(kind)},${since},${where},${textOf(attempt)}`;
  const more = moreOfCompleted(event);
  if (more === "") {
    const outputText = output === undefined ? "null" : textOf(output);
    return `${head}${shortCompleted(outputText, textOf(durationMs), quoted(agent), where)}]`;
  }
  let text = COMPLETED.agent + quoted(agent);
  if (output !== undefined) text += COMPLETED.output + textOf(output);
  return `${head},{${text}${COMPLETED.durationMs}${textOf(durationMs)}${more}}]`;
}

function moreOfCompleted({ usage, score, principal, contextAfter }: EventOf<"step-completed">): string {
  let text = "";
  if (usage !== undefined) text += COMPLETED.usage + JSON.stringify(usage);
  if (score !== undefined) text += COMPLETED.score + textOf(score);
  if (principal !== undefined) text += COMPLETED.principal + quoted(principal);
  if (contextAfter !== undefined) text += COMPLETED.contextAfter + textOf(contextAfter);
  return text;
}

function runStartedEntry(event: EventOf<"run-started">, since: string, known: Context | undefined): string {
  const [pattern, version] = [quoted(event.pattern), quoted(event.patternVersion)];
  const input = event.input === undefined ? undefined : textOf(event.input);
  const more = moreOfRunStarted(event, known);
  if (more === "") return runEntry(event, since, shortRunStarted(pattern, version, input));
  const { pattern: patternLabel, patternVersion, input: inputLabel } = RUN_STARTED;
  const text = patternLabel + pattern + patternVersion + version;
  return runEntry(event, since, `,{${text}${input === undefined ? "" : inputLabel + input}${more}}`);
}

function moreOfRunStarted(event: EventOf<"run-started">, known: Context | undefined): string {
  const { context, origin, admission, queued: isQueued, choice } = event;
  let text = "";
  if (context !== known) text += RUN_STARTED.context + JSON.stringify(context);
  if (origin !== undefined) text += RUN_STARTED.origin + JSON.stringify(origin);
  if (admission !== undefined) text += RUN_STARTED.admission + JSON.stringify(admission);
  if (isQueued !== undefined) text += `${RUN_STARTED.queued}true`;
  if (choice !== undefined) text += RUN_STARTED.choice + JSON.stringify(shortChoice(choice));
  return text;
}

function runEndedEntry(event: EventOf<"run-ended">, since: string): string {
  const { outcome } = event;
  const [pattern, domain, took] = [quoted(event.pattern), quoted(event.domain), textOf(event.durationMs)];
  const more = moreOfRunEnded(event);
  if (more === "" && outcome.status === "completed" && outcome.level === undefined) {
    const { output } = outcome;
    if (output.of === "payload") {
      return runEntry(event, since, shortRunEnded(pattern, domain, took, textOf(output.id)));
    }
    if (output.of === "nothing")
      return runEntry(event, since, shortRunEnded(pattern, domain, took, undefined));
  }
  const text = RUN_ENDED.outcome + JSON.stringify(outcome) + RUN_ENDED.pattern + pattern;
  return runEntry(
    event,
    since,
    `,{${text}${RUN_ENDED.domain}${domain}${RUN_ENDED.durationMs}${took}${more}}`,
  );
}

function moreOfRunEnded(event: EventOf<"run-ended">): string {
  const { principal, score, teaches, features, inputTokens, outputTokens, costUsd } = event;
  const { preserved, trace, logDropped } = event;
  let text = "";
  if (principal !== undefined) text += RUN_ENDED.principal + quoted(principal);
  if (score !== undefined) text += RUN_ENDED.score + textOf(score);
  if (teaches !== undefined) text += `${RUN_ENDED.teaches}false`;
  if (features !== undefined) text += RUN_ENDED.features + JSON.stringify(features);
  if (inputTokens !== undefined) text += RUN_ENDED.inputTokens + textOf(inputTokens);
  if (outputTokens !== undefined) text += RUN_ENDED.outputTokens + textOf(outputTokens);
  if (costUsd !== undefined) text += RUN_ENDED.costUsd + textOf(costUsd);
  if (preserved !== undefined) text += RUN_ENDED.preserved + JSON.stringify(preserved);
  if (trace !== undefined) text += RUN_ENDED.trace + quoted(trace);
  if (logDropped !== undefined) text += RUN_ENDED.logDropped + textOf(logDropped);
  return text;
}

/** What happens to a run as a whole has no path. */
function runEntry({ kind }: EventOf<"run-started" | "run-ended">, since: string, own: string): string {
  return `[${codeOfKind(kind)},${since},null,null${own}]`;
}

function textOf(value: number): string {
  return Number.isFinite(value) ? String(value) : "null";
}

function quoted(text: string): string {
  const known = quotedTexts.get(text);
  if (known !== undefined) return known;
  if (quotedTexts.size >= QUOTED_MAX) quotedTexts.clear();
  const made = JSON.stringify(text);
  quotedTexts.set(text, made);
  return made;
}
