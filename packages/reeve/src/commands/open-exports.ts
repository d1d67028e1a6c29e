/** What `reeve up` hands on to standard tools, where it is asked to: metrics for Prometheus, traces by OTLP. */
import type { Runtime, RuntimeOptions } from "@reeve/core";
import type { Call, Command } from "../command-line/command.ts";
import { usageError } from "../command-line/command-error.ts";
import { oneLine } from "../output/safe-text.ts";
import { portOf } from "./port-of.ts";

/** What was asked for. */
export interface Exports {
  readonly metricsPort: number | undefined;
  /** The full address that takes traces. */
  readonly tracesUrl: string | undefined;
}

export interface OpenExports {
  /** What goes where, for people. */
  readonly lines: readonly string[];
  /** To be closed before the runtime. */
  close(): Promise<void>;
}

const TRACES_PATH = "/v1/traces";

export const EXPORT_OPTIONS: Command["options"] = {
  "metrics-port": {
    kind: "text",
    value: "N",
    summary: "serve metrics for Prometheus at this port of 127.0.0.1; 0 takes a free one",
  },
  otlp: {
    kind: "text",
    value: "URL",
    summary: "send traces to this receiver of OpenTelemetry's OTLP over HTTP",
  },
};

/** @throws CommandError */
export function exportsOf({ given }: Call): Exports {
  const [metricsPort, otlp] = [given.text("metrics-port"), given.text("otlp")];
  return {
    metricsPort: metricsPort === undefined ? undefined : portOf("metrics-port", metricsPort),
    tracesUrl: otlp === undefined ? undefined : tracesUrlOf(otlp),
  };
}

/** Exporting has begun once this resolves. */
export async function openExports(
  runtime: Runtime,
  { metricsPort, tracesUrl }: Exports,
  report: NonNullable<RuntimeOptions["report"]>,
): Promise<OpenExports> {
  // Loaded here, so that no other command waits for it.
  const { exportTraces, serveMetrics } = await import("@reeve/server");
  const metrics = metricsPort === undefined ? undefined : await serveMetrics(runtime, { port: metricsPort });
  const lines = metrics === undefined ? [] : [`metrics for Prometheus: ${metrics.url}`];
  try {
    const traces = tracesUrl === undefined ? undefined : exportTraces(runtime, { url: tracesUrl, report });
    if (tracesUrl !== undefined) lines.push(`traces go to ${oneLine(tracesUrl)}`);
    return { lines, close: async () => void (await Promise.all([metrics?.close(), traces?.close()])) };
  } catch (error) {
    await metrics?.close();
    throw error;
  }
}

/** As tools are told it, a receiver is named without the path of its traces. */
function tracesUrlOf(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw usageError(`--otlp is '${text}'`, "give the receiver's address, such as http://127.0.0.1:4318");
  if (url.pathname === "/") url.pathname = TRACES_PATH;
  return url.href;
}
