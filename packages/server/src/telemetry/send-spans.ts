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
  send(spans: readonly RunSpan[]): Promise<Error | undefined>;
  close(): Promise<void>;
}

export function otlpSink(url: string, serviceName: string): SpanSink {
  const exporter = new OTLPTraceExporter({ url });
  const resource = resourceFromAttributes({ "service.name": serviceName });
  return {
    send: (spans) =>
      new Promise((resolve) => {
        exporter.export(
          spans.map((span) => readable(span, resource)),
          ({ code, error }) => {
            resolve(code === ExportResultCode.SUCCESS ? undefined : (error ?? new Error("refused")));
          },
        );
      }),
    close: () => exporter.shutdown(),
  };
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
