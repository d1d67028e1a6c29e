/**
 * The text of the entries that make up nearly all of a log: an attempt's beginning and its success. Put together by
 * hand it takes 200 ns; with an object made for `JSON.stringify` it took 500 ns, which was 5 % of a run's processor time.
 */
import type { Event, EventHead, EventKind } from "../../delegation/event.ts";
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
  contextAfter: ',"contextAfter":',
};

/** Names and paths as JSON; a log repeats few of them, and those of items are not kept long. */
const quotedTexts = new Map<string, string>();
const QUOTED_MAX = 1_024;

/**
 * The entry, if it is of one of these kinds.
 * @param since when it happened, as JSON
 */
export function frequentEntry(event: Event, since: string): string | undefined {
  if (event.copied) return undefined;
  switch (event.kind) {
    case "attempt-started": {
      const own = `${STARTED.recovery}${textOf(event.recovery)}${STARTED.agent}${quoted(event.agent)}`;
      return entry(event, since, own);
    }
    case "step-completed":
      return entry(event, since, completedText(event));
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

function completedText(event: EventOf<"step-completed">): string {
  const { agent, output, durationMs, usage, score, contextAfter } = event;
  let text = COMPLETED.agent + quoted(agent);
  if (output !== undefined) text += COMPLETED.output + textOf(output);
  text += COMPLETED.durationMs + textOf(durationMs);
  if (usage !== undefined) text += COMPLETED.usage + JSON.stringify(usage);
  if (score !== undefined) text += COMPLETED.score + textOf(score);
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
