/** Sends the metrics of a runtime to an OpenTelemetry receiver, every few seconds, and once more when it is closed. */
import { followStanding, metrics, ReeveError, type Runtime } from "@reeve/core";
import { metricProducer } from "./metric-producer.ts";

export interface PushMetricsOptions {
  /** Where metrics are received by OTLP over HTTP, such as `http://127.0.0.1:4318/v1/metrics`. */
  readonly url: string;
  /** Milliseconds from one sending to the next, 100 or more. @default 10_000 */
  readonly everyMs?: number;
  /** @default "reeve" */
  readonly serviceName?: string;
  /** Told when the receiver can't be reached, once until it can be again. @default nobody */
  readonly report?: (problem: { readonly what: string; readonly error: unknown }) => void;
}

export interface MetricsPush {
  /** Sends what was counted by now, and stops. */
  close(): Promise<void>;
}

const EVERY_MS_DEFAULT = 10_000;
const EVERY_MS_MIN = 100;
/** For one sending with the attempts that are made at it; closing waits for the last one. */
const TIMEOUT_MS = 5_000;
/** The receiver is one of traces alone, as Jaeger is. */
const NOT_FOUND = 404;

/**
 * Counters begin at 0, and each sending tells all of what was counted since, so that one that is lost loses nothing.
 * Close it before the runtime.
 * @throws ReeveError `option-invalid`
 */
export async function pushMetrics(
  runtime: Pick<Runtime, "engine" | "telemetry" | "alertRules" | "confidence">,
  { url, everyMs = EVERY_MS_DEFAULT, serviceName = "reeve", report }: PushMetricsOptions,
): Promise<MetricsPush> {
  if (!(everyMs >= EVERY_MS_MIN && Number.isFinite(everyMs))) {
    throw new ReeveError("option-invalid", `metrics: everyMs is ${everyMs}`, {
      hint: `give milliseconds, ${EVERY_MS_MIN} or more`,
    });
  }
  // Ten megabytes, which only those hold who send metrics.
  const [{ ExportResultCode }, { OTLPMetricExporter }, { resourceFromAttributes }] = await Promise.all([
    import("@opentelemetry/core"),
    import("@opentelemetry/exporter-metrics-otlp-http"),
    import("@opentelemetry/resources"),
  ]);
  const { engine, telemetry } = runtime;
  const { clock } = engine;
  const counted = telemetry?.metrics ?? (await engine.fold(metrics()));
  const resource = resourceFromAttributes({ "service.name": serviceName });
  const standing = await followStanding(runtime);
  const producer = metricProducer({ counted, standing, clock, resource });
  const exporter = new OTLPMetricExporter({ url, timeoutMillis: TIMEOUT_MS });
  let [isTold, isOver] = [false, false];
  let sending = Promise.resolve();
  let cancelTimer: () => void = () => {};

  const send = async (): Promise<void> => {
    const { resourceMetrics } = await producer.collect();
    const error = await new Promise<Error | undefined>((resolve) => {
      exporter.export(resourceMetrics, (result) => {
        const isReceived = result.code === ExportResultCode.SUCCESS;
        resolve(isReceived ? undefined : (result.error ?? new Error("refused")));
      });
    });
    if (error && !isTold) report?.({ what: "metrics are not received", error });
    isTold = error !== undefined;
    isOver ||= error !== undefined && "code" in error && error.code === NOT_FOUND;
  };
  const sendAndWait = async (): Promise<void> => {
    await send();
    if (!isOver) wait();
  };
  const wait = (): void => {
    cancelTimer = clock.timer(everyMs, () => void (sending = sendAndWait()), { keepAlive: false });
  };
  wait();
  return {
    close: async () => {
      const isLast = !isOver;
      isOver = true;
      cancelTimer();
      await sending;
      if (isLast) await send();
      await exporter.shutdown();
    },
  };
}
