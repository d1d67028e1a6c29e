/** Holds the option `telemetry` of a runtime against its bounds. */
import { showValue } from "../delegation/show-value.ts";
import { ReeveError } from "../errors.ts";
import type { MetricsOptions } from "../telemetry/metrics.ts";

/** @throws ReeveError `option-invalid` */
export function checkTelemetry(received: unknown): MetricsOptions | undefined {
  if (received === undefined || received === false) return undefined;
  if (received === true) return {};
  const limits = typeof received === "object" && received !== null && "limitsMs" in received;
  const list: unknown = limits ? received.limitsMs : received;
  if (Array.isArray(list) && list.every((limit): limit is number => typeof limit === "number" && limit > 0)) {
    return { limitsMs: list };
  }
  throw new ReeveError("option-invalid", `createRuntime: telemetry is ${showValue(received)}`, {
    hint: "give true, or { limitsMs: [500] } with durations that histograms have to tell apart",
  });
}
