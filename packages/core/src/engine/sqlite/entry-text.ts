/**
 * The text of the entries that make up nearly all of a log: beginnings and ends of runs, an attempt's beginning and its
 * success. Put together by hand it takes 200 ns; with an object made for `JSON.stringify` it took 500 ns, and 1.5 µs for
 * runs, which was 10 % of a run's processor time.
 */
import type { Context } from "../../delegation/context.ts";
import type { Event, EventHead, EventKind } from "../../delegation/event.ts";
import { shortChoice } from "./choice-entry.ts";
import { codeOfKind } from "./kinds.ts";

type EventOf<Kind extends EventKind> = Extract<Event, { readonly kind: Kind }>;

/** What is in an event's entry as it is; a property that is new in an event has to be written here, too. */
type Labels<Kind extends EventKind> = Readonly<
  Record<Exclude<keyof EventOf<Kind>, keyof EventHead | "kind" | "path" | "attempt" | "copied">, string>
>;

const STARTED: Labels<"attempt-started"> = { recovery: '"recovery":', agent: ',"agent":' };
const COMPLETED: Labels<"step-completed"> = {
  agent: '"agent":',
  output: ',"output":',
  durationMs: ',"durationMs":',
  usage: ',"usage":',
  score: ',"score":',
  principal: ',"principal":',
  contextAfter: ',"contextAfter":',
};

const RUN_STARTED: Labels<"run-started"> = {
  pattern: '"pattern":',
  patternVersion: ',"patternVersion":',
  input: ',"input":',
  context: ',"context":',
  origin: ',"origin":',
  admission: ',"admission":',
  queued: ',"queued":',
  choice: ',"choice":',
};
const RUN_ENDED: Labels<"run-ended"> = {
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
    case "attempt-started": {
      const own = `${STARTED.recovery}${textOf(event.recovery)}${STARTED.agent}${quoted(event.agent)}`;
      return entry(event, since, own);
    }
    case "step-completed":
      return entry(event, since, completedText(event));
    case "run-started":
      return runEntry(event, since, startedText(event, known));
    case "run-ended":
      return runEntry(event, since, endedText(event));
    default:
      return undefined;
  }
}

function entry(
  { kind, path, attempt }: EventOf<"attempt-started" | "step-completed">,
  since: string,
  own: string,
): string {
  return `[${codeOfKind(kind)},${since},${quoted(path)},${textOf(attempt)},{${own}}]`;
}

/** What happens to a run as a whole has no path. */
function runEntry({ kind }: EventOf<"run-started" | "run-ended">, since: string, own: string): string {
  return `[${codeOfKind(kind)},${since},null,null,{${own}}]`;
}

function startedText(event: EventOf<"run-started">, known: Context | undefined): string {
  const { pattern, patternVersion, input, context, origin, admission, queued, choice } = event;
  let text = RUN_STARTED.pattern + quoted(pattern) + RUN_STARTED.patternVersion + quoted(patternVersion);
  if (input !== undefined) text += RUN_STARTED.input + textOf(input);
  if (context !== known) text += RUN_STARTED.context + JSON.stringify(context);
  if (origin !== undefined) text += RUN_STARTED.origin + JSON.stringify(origin);
  if (admission !== undefined) text += RUN_STARTED.admission + JSON.stringify(admission);
  if (queued !== undefined) text += `${RUN_STARTED.queued}true`;
  if (choice !== undefined) text += RUN_STARTED.choice + JSON.stringify(shortChoice(choice));
  return text;
}

function endedText(event: EventOf<"run-ended">): string {
  const { outcome, pattern, domain, durationMs, principal, score, teaches, features } = event;
  const { inputTokens, outputTokens, costUsd, preserved, trace, logDropped } = event;
  let text = RUN_ENDED.outcome + JSON.stringify(outcome) + RUN_ENDED.pattern + quoted(pattern);
  text += RUN_ENDED.domain + quoted(domain) + RUN_ENDED.durationMs + textOf(durationMs);
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

function completedText(event: EventOf<"step-completed">): string {
  const { agent, output, durationMs, usage, score, principal, contextAfter } = event;
  let text = COMPLETED.agent + quoted(agent);
  if (output !== undefined) text += COMPLETED.output + textOf(output);
  text += COMPLETED.durationMs + textOf(durationMs);
  if (usage !== undefined) text += COMPLETED.usage + JSON.stringify(usage);
  if (score !== undefined) text += COMPLETED.score + textOf(score);
  if (principal !== undefined) text += COMPLETED.principal + quoted(principal);
  if (contextAfter !== undefined) text += COMPLETED.contextAfter + textOf(contextAfter);
  return text;
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
