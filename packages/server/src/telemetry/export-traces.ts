/** Sends the runs that are kept to an OpenTelemetry receiver, as traces made from the log. */
import { hash } from "node:crypto";
import { ReeveError, type Runtime } from "@reeve/core";
import type { SpanSink } from "./send-spans.ts";
import { TraceFollower } from "./trace-follower.ts";

export interface ExportOptions {
  /** Where traces are received by OTLP over HTTP, such as `http://127.0.0.1:4318/v1/traces`. */
  readonly url: string;
  /**
   * Tells this exporter from others of the same log, which each have a cursor: up to 64 letters, digits, `.`, `_`, `-`.
   * @default `otlp-` and eight digits that follow from the url
   */
  readonly name?: string;
  /** Keeps the cursor over restarts. @default `<log>.traces-<name>`; a log in memory is read from its beginning */
  readonly cursorFile?: string;
  /** @default "reeve" */
  readonly serviceName?: string;
  /** Told when the receiver can't be reached, once until it can be again, and when it refuses spans for good. @default nobody */
  readonly report?: (problem: { readonly what: string; readonly error: unknown }) => void;
}

export interface TraceExport {
  readonly name: string;
  /** The position up to which everything kept was received, or refused for good. */
  position(): number;
  /** How many spans the receiver has refused for good, such as by 400, since the cursor began; they were left out. */
  refused(): number;
  /** Stops; what was not received is sent at the next start. */
  close(): Promise<void>;
}

const NAME = /^[\w.-]{1,64}$/;

/**
 * Follows the log from the cursor until it is closed; close it before the runtime. How far it is behind is in the
 * metrics of a runtime with telemetry.
 * @throws ReeveError `option-invalid`
 */
export function exportTraces(
  runtime: Pick<Runtime, "engine" | "tracing" | "watchExport">,
  options: ExportOptions,
): TraceExport {
  const { engine, tracing } = runtime;
  const { url, serviceName = "reeve", report = () => {} } = options;
  const name = nameOf(options);
  const cursorFile = options.cursorFile ?? (engine.file && `${engine.file}.traces-${name}`);
  if (!URL.canParse(url)) {
    throw new ReeveError("option-invalid", `traces: url is ${JSON.stringify(url)}`, {
      hint: "give an address such as http://127.0.0.1:4318/v1/traces",
    });
  }
  const sink = otlpSink(url, serviceName);
  const follower = new TraceFollower({ engine, sink, cursorFile, slowMs: tracing.slowMs, report });
  const unwatch = runtime.watchExport(
    name,
    () => follower.position(),
    () => follower.refused(),
  );
  return {
    name,
    position: () => follower.position(),
    refused: () => follower.refused(),
    close: () => {
      unwatch();
      return follower.close();
    },
  };
}

/** Loaded with the first spans: what sends them takes some megabytes. */
function otlpSink(url: string, serviceName: string): SpanSink {
  let opened: Promise<SpanSink> | undefined;
  const open = async (): Promise<SpanSink> => (await import("./send-spans.ts")).otlpSink(url, serviceName);
  return {
    send: async (spans) => (await (opened ??= open())).send(spans),
    close: async () => (await opened)?.close(),
  };
}

/** Another receiver has another name, so that none goes by what another one has received. */
function nameOf({ name, url }: ExportOptions): string {
  if (name === undefined) return `otlp-${hash("sha256", url, "hex").slice(0, 8)}`;
  if (NAME.test(name)) return name;
  throw new ReeveError("option-invalid", `traces: name is ${JSON.stringify(name)}`, {
    hint: "give up to 64 letters, digits, '.', '_' or '-'",
  });
}
