/** One client of the event stream: how far it was told, and what to tell it next. */
import type { Event, RunRecord } from "@reeve/core";
import type { EventView } from "../contract/event.ts";
import type { StreamMessage } from "../contract/stream.ts";
import { runSummary } from "../runs/run-summary.ts";
import type { Views } from "./views.ts";

export interface ClientOptions {
  readonly principal: string;
  readonly topics: readonly string[];
  /** The position up to which the client knows everything. @default now */
  readonly from: number | undefined;
  /** Asked now and then. */
  mayRead(): boolean;
}

export interface ClientHost {
  readonly views: Views;
  shared(topic: "overview" | "needs"): Promise<StreamMessage>;
  /** Changes when the shared values may have. */
  mark(): string;
  leave(): void;
}

const RUN = "run:";
/** Of a run at once; who is further behind reads the run anew. */
const EVENTS_MAX = 5_000;
const CHANGED_RUNS_MAX = 500;
const SHARED = ["overview", "needs"] as const;

export class StreamClient {
  readonly #options: ClientOptions;
  readonly #host: ClientHost;
  readonly #topics: ReadonlySet<string>;
  /** Of runs that are followed, how far each was told. */
  readonly #told = new Map<string, number>();
  /** The last event of each that was looked at. */
  readonly #seqs = new Map<string, number>();
  readonly #changed = new Set<string>();
  readonly #stopListening: () => void;
  #isFirst = true;
  #missedRuns = false;
  #upTo = 0;
  #mark = "";
  #newMark: string | undefined;
  #isBeat = false;
  #isOver = false;
  #wake: (() => void) | undefined;

  constructor(options: ClientOptions, host: ClientHost) {
    this.#options = options;
    this.#host = host;
    this.#topics = new Set(options.topics);
    const { position, feed } = host.views;
    // A position of another log, or of one that was restored, says nothing here.
    const from = options.from !== undefined && options.from <= position ? options.from : undefined;
    for (const topic of options.topics)
      if (topic.startsWith(RUN)) this.#told.set(topic.slice(RUN.length), from ?? -1);
    const missed = from === undefined ? undefined : feed.touchedSince(from);
    this.#missedRuns = options.from !== undefined && missed === undefined;
    this.#stopListening = () => {};
    // Thousands of runs may change while the page shows none of them.
    if (this.#topics.has("runs")) {
      for (const run of missed?.keys() ?? []) this.#noteChange(run);
      this.#stopListening = host.views.onRuns((run) => this.#noteChange(run));
    }
    if (options.from === undefined) for (const run of this.#told.keys()) this.#told.set(run, position);
  }

  get principal(): string {
    return this.#options.principal;
  }

  response(): Response {
    const encoder = new TextEncoder();
    const body = new ReadableStream<Uint8Array>(
      {
        // Called only when the client has taken what came before.
        pull: async (controller) => {
          const text = await this.#next();
          if (text === undefined) controller.close();
          else controller.enqueue(encoder.encode(text));
        },
        cancel: () => this.end(),
      },
      { highWaterMark: 0 },
    );
    return new Response(body, {
      headers: {
        "content-type": "text/event-stream",
        "cache-control": "no-store",
        "x-accel-buffering": "no",
      },
    });
  }

  /** Something may have changed. */
  look(mark: string, isBeat: boolean): void {
    if (isBeat && !this.#options.mayRead()) return this.end();
    this.#isBeat ||= isBeat;
    if (mark !== this.#mark) this.#newMark = mark;
    if (this.#isBeat || this.#newMark !== undefined || this.#changed.size > 0) this.#wake?.();
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stopListening();
    this.#host.leave();
    this.#wake?.();
  }

  #noteChange(run: string): void {
    if (this.#changed.size > CHANGED_RUNS_MAX) this.#missedRuns = true;
    else this.#changed.add(run);
  }

  /** The next chunk; waits until there is something to tell. Undefined: the stream is over. */
  async #next(): Promise<string | undefined> {
    try {
      for (;;) {
        if (this.#isOver) return undefined;
        const messages = await this.#news();
        if (messages.length > 0) return this.#chunk(messages);
        if (this.#isBeat) {
          this.#isBeat = false;
          return ": beat\n\n";
        }
        await new Promise<void>((resolve) => (this.#wake = resolve));
        this.#wake = undefined;
      }
    } catch (error) {
      this.#host.views.sources.told("putting a message of the event stream together", error);
      this.end();
      return undefined;
    }
  }

  async #news(): Promise<readonly StreamMessage[]> {
    const messages: StreamMessage[] = [];
    await this.#host.views.unfinished.refresh();
    const { engine, position, unfinished } = this.#host.views;
    // What happens while this is put together is told by the next chunk.
    this.#upTo = Math.min(position, unfinished.position);
    if (this.#isFirst) messages.push({ type: "hello", logId: engine.logId, position });
    if (this.#isFirst || this.#newMark !== undefined) {
      this.#mark = this.#newMark ?? this.#host.mark();
      this.#newMark = undefined;
      for (const topic of SHARED) if (this.#topics.has(topic)) messages.push(await this.#host.shared(topic));
      for (const run of this.#told.keys()) messages.push(...(await this.#eventsOf(run)));
    }
    this.#isFirst = false;
    if (this.#topics.has("runs")) messages.push(...(await this.#changedRuns()));
    return messages;
  }

  #chunk(messages: readonly StreamMessage[]): string {
    const upTo = Math.min(this.#upTo, ...this.#told.values());
    const parts = messages.map((message) => `data: ${JSON.stringify(message)}\n`);
    return `${parts.join("\n")}id: ${upTo}\n\n`;
  }

  async #changedRuns(): Promise<readonly StreamMessage[]> {
    if (this.#changed.size === 0 && !this.#missedRuns) return [];
    const isMore = this.#missedRuns || this.#changed.size > CHANGED_RUNS_MAX;
    const ids = [...this.#changed].slice(-CHANGED_RUNS_MAX);
    this.#changed.clear();
    this.#missedRuns = false;
    const runs = await Promise.all(ids.map((id) => this.#record(id)));
    return [{ type: "runs", runs: runs.flatMap((run) => (run ? [runSummary(run)] : [])), isMore }];
  }

  async #record(id: string): Promise<RunRecord | undefined> {
    const { unfinished, engine } = this.#host.views;
    return unfinished.get(id) ?? engine.find(id);
  }

  async #eventsOf(run: string): Promise<readonly StreamMessage[]> {
    const { feed, position, engine } = this.#host.views;
    const told = this.#told.get(run) ?? position;
    if (told >= position) return [];
    const mayBeTouched = told < 0 || feed.mayBeTouched(run, told);
    this.#told.set(run, position);
    if (!mayBeTouched || !(await engine.find(run))) return [];
    if (told < 0) return [{ type: "snapshot", run, position }];
    const events: Event[] = [];
    const afterSeq = this.#seqs.get(run) ?? 0;
    for await (const event of engine.events({ run, from: told, afterSeq, follow: false })) {
      if (event.position > position) break;
      if (events.length === EVENTS_MAX) return [{ type: "snapshot", run, position }];
      this.#seqs.set(run, event.seq);
      events.push(event);
    }
    return eventsMessage(run, events);
  }
}

function eventsMessage(run: string, events: readonly Event[]): readonly StreamMessage[] {
  if (events.length === 0) return [];
  const views: readonly EventView[] = events.map((event) => ({ ...event }));
  return [{ type: "run-events", run, events: views }];
}
