/** Holds the option `objectives` of a runtime against its bounds. */
import { showValue } from "../delegation/show-value.ts";
import { ReeveError } from "../errors.ts";
import type { Objective } from "../telemetry/objective.ts";

const OBJECTIVES_MAX = 50;
const NAME = /^[\w.-]{1,64}$/;
const EXAMPLE = '{ name: "orders-succeed", pattern: "orders", success: 0.99 }';
const KNOWN: readonly string[] = ["name", "pattern", "success", "latency"];

/** @throws ReeveError `option-invalid` */
export function checkObjectives(received: unknown): readonly Objective[] {
  if (received === undefined) return [];
  if (!Array.isArray(received)) throw invalid("objectives", received, `give a list such as [${EXAMPLE}]`);
  if (received.length > OBJECTIVES_MAX)
    throw invalid("objectives.length", received.length, `give at most ${OBJECTIVES_MAX}`);
  const list: readonly unknown[] = received;
  const names = new Set<string>();
  return list.map((one, index) => {
    const objective = checkObjective(one, `objectives[${index}]`);
    if (names.has(objective.name))
      throw invalid(`objectives[${index}].name`, objective.name, "give each objective a name of its own");
    names.add(objective.name);
    return objective;
  });
}

function checkObjective(received: unknown, at: string): Objective {
  if (typeof received !== "object" || received === null)
    throw invalid(at, received, `give an object such as ${EXAMPLE}`);
  const { name, pattern, success, latency, ...rest }: { readonly [key: string]: unknown } = { ...received };
  const [unknown] = Object.entries(rest);
  if (unknown) throw invalid(`${at}.${unknown[0]}`, unknown[1], `it has ${KNOWN.join(", ")}`);
  if (typeof name !== "string" || !NAME.test(name))
    throw invalid(`${at}.name`, name, "give 1 to 64 letters, digits, dots, dashes and underscores");
  if (typeof pattern !== "string" || pattern === "")
    throw invalid(`${at}.pattern`, pattern, "give the name of a pattern");
  if ((success === undefined) === (latency === undefined))
    throw invalid(at, received, "give either success or latency, such as { p: 0.95, ms: 500 }");
  if (latency === undefined) return { name, pattern, success: shareAt(`${at}.success`, success) };
  return { name, pattern, latency: checkLatency(latency, `${at}.latency`) };
}

function checkLatency(received: unknown, at: string): { readonly p: number; readonly ms: number } {
  if (typeof received !== "object" || received === null)
    throw invalid(at, received, "give an object such as { p: 0.95, ms: 500 }");
  const { p, ms, ...rest }: { readonly [key: string]: unknown } = { ...received };
  const [unknown] = Object.entries(rest);
  if (unknown) throw invalid(`${at}.${unknown[0]}`, unknown[1], "it has p, ms");
  if (typeof ms !== "number" || !Number.isFinite(ms) || ms <= 0)
    throw invalid(`${at}.ms`, ms, "give milliseconds above 0");
  return { p: shareAt(`${at}.p`, p), ms };
}

function shareAt(place: string, received: unknown): number {
  if (typeof received === "number" && received > 0 && received < 1) return received;
  throw invalid(place, received, "give a share above 0 and below 1, such as 0.99: 1 would leave no budget");
}

function invalid(place: string, received: unknown, hint: string): ReeveError {
  return new ReeveError("option-invalid", `createRuntime: ${place} is ${showValue(received)}`, { hint });
}
