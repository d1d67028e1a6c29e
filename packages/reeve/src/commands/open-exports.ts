/** What `reeve up` hands on to standard tools, where it is asked to: metrics for Prometheus; traces and metrics by OTLP. */
import type { Runtime, RuntimeOptions } from "@reeve/core";
import type { AlertReceiver } from "@reeve/server";
import type { Call, Command } from "../command-line/command.ts";
import { usageError } from "../command-line/command-error.ts";
import { oneLine } from "../output/safe-text.ts";
import { portOf } from "./port-of.ts";

/** What was asked for. */
export interface Exports {
  readonly metricsPort: number | undefined;
  /** The full address that takes traces. */
  readonly tracesUrl: string | undefined;
  /** The full address that takes metrics; undefined where it does not follow from what was given. */
  readonly pushUrl: string | undefined;
  /** Who is told of alerts. */
  readonly receivers: readonly AlertReceiver[];
}

export interface OpenExports {
  /** What goes where, for people. */
  readonly lines: readonly string[];
  /** To be closed before the runtime. */
  close(): Promise<void>;
}

const TRACES_PATH = "/v1/traces";
const METRICS_PATH = "/v1/metrics";

export const EXPORT_OPTIONS: Command["options"] = {
  "metrics-port": {
    kind: "text",
    value: "N",
    summary: "serve metrics for Prometheus at this port of 127.0.0.1; 0 takes a free one",
  },
  otlp: {
    kind: "text",
    value: "URL",
    summary: "send traces and metrics to this receiver of OpenTelemetry's OTLP over HTTP",
  },
  "alert-webhook": { kind: "text", value: "URL", summary: "post each change of an alert there, as JSON" },
  alertmanager: { kind: "text", value: "URL", summary: "tell this Alertmanager what fires" },
};

/** @throws CommandError */
export function exportsOf({ given }: Call): Exports {
  const [metricsPort, otlp] = [given.text("metrics-port"), given.text("otlp")];
  return {
    metricsPort: metricsPort === undefined ? undefined : portOf("metrics-port", metricsPort),
    receivers: receiversOf(given.text("alert-webhook"), given.text("alertmanager")),
    ...(otlp === undefined ? { tracesUrl: undefined, pushUrl: undefined } : urlsOf(otlp)),
  };
}

/** Exporting has begun once this resolves. */
export async function openExports(
  runtime: Runtime,
  { metricsPort, tracesUrl, pushUrl, receivers }: Exports,
  report: NonNullable<RuntimeOptions["report"]>,
): Promise<OpenExports> {
  // Loaded here, so that no other command waits for it.
  const { deliverAlerts, exportTraces, pushMetrics, serveMetrics } = await import("@reeve/server");
  const lines: string[] = [];
  const opened: { close(): Promise<void> }[] = [];
  const close = async (): Promise<void> => void (await Promise.all(opened.map((one) => one.close())));
  try {
    if (metricsPort !== undefined) {
      const metrics = await serveMetrics(runtime, { port: metricsPort });
      opened.push(metrics);
      lines.push(`metrics for Prometheus: ${metrics.url}`);
    }
    if (tracesUrl !== undefined) {
      const traces = exportTraces(runtime, { url: tracesUrl, report });
      opened.push(traces);
      lines.push(`traces go to ${oneLine(tracesUrl)} as ${traces.name}`);
    }
    if (pushUrl !== undefined) {
      opened.push(await pushMetrics(runtime, { url: pushUrl, report }));
      lines.push(`metrics go to ${oneLine(pushUrl)}`);
    }
    if (receivers.length > 0) {
      opened.push(await deliverAlerts(runtime, { receivers, report }));
      lines.push(`news of alerts goes to ${receivers.map(({ name }) => name).join(" and ")}`);
    }
    return { lines, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function receiversOf(
  webhook: string | undefined,
  alertmanager: string | undefined,
): readonly AlertReceiver[] {
  return [
    ...(webhook === undefined ? [] : [{ name: "webhook", webhook }]),
    ...(alertmanager === undefined ? [] : [{ name: "alertmanager", alertmanager }]),
  ];
}

/** As tools are told it, a receiver is named without the path of its traces. */
function urlsOf(text: string): Pick<Exports, "tracesUrl" | "pushUrl"> {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw usageError(`--otlp is '${text}'`, "give the receiver's address, such as http://127.0.0.1:4318");
  if (url.pathname === "/") url.pathname = TRACES_PATH;
  const tracesUrl = url.href;
  if (!url.pathname.endsWith(TRACES_PATH)) return { tracesUrl, pushUrl: undefined };
  url.pathname = url.pathname.slice(0, -TRACES_PATH.length) + METRICS_PATH;
  return { tracesUrl, pushUrl: url.href };
}
