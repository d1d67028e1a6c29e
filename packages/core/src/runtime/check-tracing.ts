/** Holds the option `tracing` of a runtime against its bounds, and the `traceparent` of a start. */
import { closestName } from "../delegation/closest-name.ts";
import { showValue } from "../delegation/show-value.ts";
import { readTraceparent, traceparentText } from "../delegation/trace-context.ts";
import { ReeveError } from "../errors.ts";
import { tracing, type Tracing, type TracingOptions } from "../telemetry/keep-trace.ts";

const NAMES = ["share", "slowMs", "principals", "propagate"] as const;

/** @throws ReeveError `option-invalid` */
export function checkTracing(options: TracingOptions | undefined): Tracing {
  const given: unknown = options;
  if (options === undefined) return tracing();
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw invalid("tracing", given, "give an object such as { share: 0.1 }");
  const unknown = Object.keys(given).find((name) => !NAMES.some((known) => known === name));
  if (unknown !== undefined) {
    const close = closestName(unknown, [...NAMES]);
    const hint = close === undefined ? `it has ${NAMES.join(", ")}` : `did you mean '${close}'?`;
    throw new ReeveError("option-invalid", `createRuntime: tracing has no '${unknown}'`, { hint });
  }
  const { share, slowMs, principals, propagate } = options;
  if (share !== undefined && !(share >= 0 && share <= 1))
    throw invalid("tracing.share", share, "give a number from 0 to 1");
  if (slowMs !== undefined) checkSlow(slowMs);
  if (principals !== undefined && !isTexts(principals))
    throw invalid("tracing.principals", principals, 'give a list of names such as ["payroll"]');
  if (propagate !== undefined && propagate !== "share" && propagate !== "always")
    throw invalid("tracing.propagate", propagate, 'give "share" or "always"');
  return tracing(options);
}

function checkSlow(slowMs: unknown): void {
  if (typeof slowMs !== "object" || slowMs === null || Array.isArray(slowMs))
    throw invalid("tracing.slowMs", slowMs, "give milliseconds by pattern, such as { orders: 500 }");
  for (const [pattern, ms] of Object.entries<unknown>({ ...slowMs })) {
    if (typeof ms === "number" && ms > 0) continue;
    throw invalid(`tracing.slowMs['${pattern}']`, ms, "give milliseconds above 0");
  }
}

function isTexts(received: unknown): boolean {
  return Array.isArray(received) && received.every((each) => typeof each === "string");
}

/**
 * The span that a run is started by, as it is kept.
 * @param what asks for it, such as `start`
 * @throws ReeveError `option-invalid`
 */
export function checkTraceparent(what: string, received: unknown): string {
  const parent = readTraceparent(received);
  if (parent) return traceparentText(parent);
  throw new ReeveError("option-invalid", `${what}: traceparent is ${showValue(received)}`, {
    hint: 'give the W3C\'s form: "00-", 32 hexadecimal digits, "-", 16 of them, "-", and two for the flags, neither id all zeros',
  });
}

function invalid(name: string, received: unknown, hint: string): ReeveError {
  return new ReeveError("option-invalid", `createRuntime: ${name} is ${showValue(received)}`, { hint });
}
