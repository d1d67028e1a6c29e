/**
 * Sends the runs that are kept to an OpenTelemetry receiver, as traces made from the log.
 *
 * Owns a cursor: the position up to which everything kept has been received. It is written to a file after each step
 * forward, so an absent receiver, or a restart, brings lag and loses nothing that the log still has; what was sent when
 * a process died may be sent again, with the same ids. One run is in memory at a time.
 */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { SpanKind, SpanStatusCode, TraceFlags } from "@opentelemetry/api";
import { ExportResultCode, millisToHrTime } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes, type Resource } from "@opentelemetry/resources";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import { ReeveError, type Event, type Runtime } from "@reeve/core";
import { CONVENTIONS_VERSION } from "./conventions.ts";
import { traceKeeper, type Kept, type SamplingOptions } from "./keep-trace.ts";
import { runSpans, type RunSpan } from "./run-spans.ts";

export interface ExportOptions extends SamplingOptions {
  /** Where traces are received by OTLP over HTTP, such as `http://127.0.0.1:4318/v1/traces`. */
  readonly url: string;
  /** Keeps the cursor over restarts. @default `<log>.traces`; a log in memory is read from its beginning */
  readonly cursorFile?: string;
  /** @default "reeve" */
  readonly serviceName?: string;
  /** Told when the receiver can't be reached, once until it can be again. @default nobody */
  readonly report?: (problem: { readonly what: string; readonly error: unknown }) => void;
}

export interface TraceExport {
  /** The position up to which everything kept was received. */
  position(): number;
  /** Stops; what was not received is sent at the next start. */
  close(): Promise<void>;
}

/** So many spans in one request. */
const BATCH_SPANS = 500;
const RETRY_MS = { first: 250, max: 30_000 };
/** The cursor is written at least after so many events of runs that are not kept. */
const CURSOR_EVENTS = 1_000;

/**
 * Follows the log from the cursor until it is closed; close it before the runtime.
 * @throws ReeveError `option-invalid`
 */
export function exportTraces(
  runtime: Pick<Runtime, "engine" | "watchExport">,
  options: ExportOptions,
): TraceExport {
  const exporting = new Exporting(runtime.engine, options);
  const position = (): number => exporting.position();
  const unwatch = runtime.watchExport("traces", position);
  return {
    position,
    close: () => {
      unwatch();
      return exporting.close();
    },
  };
}

class Exporting implements TraceExport {
  readonly #engine: Runtime["engine"];
  readonly #options: ExportOptions;
  readonly #keeps: ReturnType<typeof traceKeeper>;
  readonly #exporter: OTLPTraceExporter;
  readonly #resource: Resource;
  readonly #cursorFile: string | undefined;
  readonly #leaving = new AbortController();
  readonly #following: Promise<void>;
  #position: number;
  #isTold = false;

  constructor(engine: Runtime["engine"], options: ExportOptions) {
    this.#engine = engine;
    this.#options = options;
    this.#keeps = traceKeeper(options);
    this.#exporter = new OTLPTraceExporter({ url: options.url });
    this.#resource = resourceFromAttributes({ "service.name": options.serviceName ?? "reeve" });
    this.#cursorFile = options.cursorFile ?? (engine.file && `${engine.file}.traces`);
    this.#position = readCursor(this.#cursorFile);
    this.#following = this.#follow();
  }

  position(): number {
    return this.#position;
  }

  async close(): Promise<void> {
    this.#leaving.abort();
    await this.#following;
    await this.#exporter.shutdown();
  }

  async #follow(): Promise<void> {
    const { signal } = this.#leaving;
    while (!signal.aborted) {
      try {
        await this.#read(signal);
      } catch (error) {
        if (!(error instanceof ReeveError && error.code === "log-trimmed")) {
          this.#options.report?.({ what: "exporting traces ended", error });
          return;
        }
        this.#options.report?.({ what: "runs were trimmed before their traces were received", error });
        this.#position = 0;
      }
    }
  }

  async #read(signal: AbortSignal): Promise<void> {
    let unwritten = 0;
    for await (const event of this.#engine.events({ from: this.#position, signal })) {
      const kept = event.kind === "run-ended" && !event.run.startsWith("reeve:") && this.#keeps(event);
      if (kept && !(await this.#sendRun(event.run, kept))) return;
      this.#position = event.position;
      if (!kept && ++unwritten < CURSOR_EVENTS) continue;
      unwritten = 0;
      this.#writeCursor();
    }
    this.#writeCursor();
  }

  /** False when it was given up because this is closed. */
  async #sendRun(run: string, kept: Kept): Promise<boolean> {
    const events: Event[] = [];
    for await (const event of this.#engine.events({ run, follow: false })) events.push(event);
    const spans = runSpans(events, kept).map((span) => readable(span, this.#resource));
    for (let from = 0; from < spans.length; from += BATCH_SPANS) {
      if (!(await this.#sendBatch(spans.slice(from, from + BATCH_SPANS)))) return false;
    }
    return true;
  }

  async #sendBatch(spans: ReadableSpan[]): Promise<boolean> {
    for (let delayMs = RETRY_MS.first; ; delayMs = Math.min(RETRY_MS.max, 2 * delayMs)) {
      const error = await this.#sent(spans);
      if (!error) {
        this.#isTold = false;
        return true;
      }
      if (!this.#isTold) this.#options.report?.({ what: `traces are not received`, error });
      this.#isTold = true;
      await this.#pause(delayMs);
      if (this.#leaving.signal.aborted) return false;
    }
  }

  #sent(spans: ReadableSpan[]): Promise<Error | undefined> {
    return new Promise((resolve) => {
      this.#exporter.export(spans, ({ code, error }) => {
        resolve(code === ExportResultCode.SUCCESS ? undefined : (error ?? new Error("refused")));
      });
    });
  }

  #pause(delayMs: number): Promise<void> {
    const { signal } = this.#leaving;
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const wake = (): void => {
        cancel();
        signal.removeEventListener("abort", wake);
        resolve();
      };
      const cancel = this.#engine.clock.timer(delayMs, wake, { keepAlive: false });
      signal.addEventListener("abort", wake);
    });
  }

  #writeCursor(): void {
    if (this.#cursorFile === undefined) return;
    writeFileSync(`${this.#cursorFile}.new`, `${this.#position}\n`);
    renameSync(`${this.#cursorFile}.new`, this.#cursorFile);
  }
}

/** 0 where there is none yet. @throws ReeveError `option-invalid` for a file of something else */
function readCursor(file: string | undefined): number {
  if (file === undefined) return 0;
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    // ignore: the first start has no cursor, and one that can't be read only means that traces are sent again.
    return 0;
  }
  const position = Number(text);
  if (Number.isSafeInteger(position) && position >= 0) return position;
  throw new ReeveError("option-invalid", `traces: the cursor file ${file} holds ${JSON.stringify(text)}`, {
    hint: "name another file, or delete it to send every trace that the log has",
  });
}

function readable(span: RunSpan, resource: Resource): ReadableSpan {
  const { traceId, parentId, error, link } = span;
  const contextOf = (spanId: string, trace = traceId): ReturnType<ReadableSpan["spanContext"]> => ({
    traceId: trace,
    spanId,
    traceFlags: TraceFlags.SAMPLED,
  });
  return {
    name: span.name,
    kind: SpanKind.INTERNAL,
    spanContext: () => contextOf(span.spanId),
    ...(parentId !== undefined && { parentSpanContext: contextOf(parentId) }),
    startTime: millisToHrTime(span.startedAt),
    endTime: millisToHrTime(span.endedAt),
    duration: millisToHrTime(span.endedAt - span.startedAt),
    status:
      error === undefined ? { code: SpanStatusCode.UNSET } : { code: SpanStatusCode.ERROR, message: error },
    attributes: span.attributes,
    links: link ? [{ context: contextOf(link.spanId, link.traceId) }] : [],
    events: [],
    ended: true,
    resource,
    instrumentationScope: { name: "reeve", version: CONVENTIONS_VERSION },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}
