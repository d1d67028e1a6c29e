/** Sends spans to a receiver of OpenTelemetry's OTLP over HTTP. */
import { SpanKind, SpanStatusCode, TraceFlags } from "@opentelemetry/api";
import { ExportResultCode, millisToHrTime } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes, type Resource } from "@opentelemetry/resources";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import { CONVENTIONS_VERSION } from "./conventions.ts";
import type { RunSpan } from "./run-span.ts";

/** Where spans go. */
export interface SpanSink {
  /** What kept them from being received; undefined once they were. */
  send(spans: readonly RunSpan[]): Promise<Refusal | undefined>;
  close(): Promise<void>;
}

/** Why spans were not received. */
export interface Refusal {
  readonly error: Error;
  /** The receiver has said that it won't take these spans, so that they are not sent again. */
  readonly isFinal: boolean;
}

/**
 * What OTLP calls retryable: https://opentelemetry.io/docs/specs/otlp/#failures-1. Every other status of 400 or more is
 * not, and a client must not send the same request again.
 */
const RETRYABLE: readonly number[] = [429, 502, 503, 504];
/**
 * These are about the address or who asks, not about the spans: whatever is there is not the receiver that was meant,
 * as good as absent, and an absent receiver loses nothing.
 */
const ELSEWHERE: readonly number[] = [401, 403, 404, 405, 407];

export function otlpSink(url: string, serviceName: string): SpanSink {
  const exporter = new OTLPTraceExporter({ url });
  const resource = resourceFromAttributes({ "service.name": serviceName });
  return {
    send: (spans) =>
      new Promise((resolve) => {
        exporter.export(
          spans.map((span) => readable(span, resource)),
          ({ code, error }) => {
            resolve(code === ExportResultCode.SUCCESS ? undefined : refusalOf(error));
          },
        );
      }),
    close: () => exporter.shutdown(),
  };
}

/** An error of the exporter has the status of the answer as its `code`; one of the network has a name there. */
function refusalOf(error: Error = new Error("refused")): Refusal {
  const status = "code" in error && typeof error.code === "number" ? error.code : 0;
  return { error, isFinal: status >= 400 && !RETRYABLE.includes(status) && !ELSEWHERE.includes(status) };
}

function readable(span: RunSpan, resource: Resource): ReadableSpan {
  const { traceId, parentId, error, links } = span;
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
    links: links.map((link) => ({ context: contextOf(link.spanId, link.traceId) })),
    events: [],
    ended: true,
    resource,
    instrumentationScope: { name: "reeve", version: CONVENTIONS_VERSION },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}
