/**
 * Ids of traces and spans, and the form in which they cross to others (W3C Trace Context). They follow from a run's id,
 * from paths and attempts, so that a step can hand its span on before any span exists.
 *
 * Invariants: (1) the same run, path and attempt have the same ids in every process; (2) no id is all zeros.
 */
import { hash } from "node:crypto";

/** A span as others name it. */
export interface TraceParent {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits: the span that calls. */
  readonly parentId: string;
  /** The caller keeps its trace. */
  readonly sampled: boolean;
}

/** What names a run's trace. */
export interface TracedRun {
  readonly id: string;
  readonly origin?: { readonly traceparent?: string } | undefined;
}

const FORM = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
/** Only in this version it is known that nothing may follow. */
const VERSION = "00";
const VERSION_INVALID = "ff";
const SAMPLED = 1;
/** What runs get as their id unless they are given one. */
const TRACE_ID = /^[0-9a-f]{32}$/;
const ZEROS = /^0+$/;

/** Undefined for what is not of the W3C's form; later versions are read as far as they are known. */
export function readTraceparent(text: unknown): TraceParent | undefined {
  const found = typeof text === "string" ? FORM.exec(text) : null;
  if (!found) return undefined;
  const [, version = "", traceId = "", parentId = "", flags = "", more] = found;
  if (version === VERSION_INVALID || (version === VERSION && more !== undefined)) return undefined;
  if (ZEROS.test(traceId) || ZEROS.test(parentId)) return undefined;
  return { traceId, parentId, sampled: (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED };
}

/** As version 00. */
export function traceparentText({ traceId, parentId, sampled }: TraceParent): string {
  return `${VERSION}-${traceId}-${parentId}-${sampled ? "01" : "00"}`;
}

/** The caller's trace, where it named one; else the run's id where that has the form of one, else made from it. */
export function traceIdOf({ id, origin }: TracedRun): string {
  const adopted = readTraceparent(origin?.traceparent);
  if (adopted) return adopted.traceId;
  return TRACE_ID.test(id) && !ZEROS.test(id) ? id : digits(`trace\n${id}`, 32);
}

/** The span of one attempt at a path. */
export function attemptSpanId(run: string, path: string, attempt: number, recovery: number): string {
  return spanId(run, "attempt", path, attempt, recovery);
}

/** The span of a phase, of a step with all of its attempts, or, with an empty path, of the choice a run began with. */
export function pathSpanId(run: string, of: "phase" | "step" | "choice", path: string): string {
  return spanId(run, of, path);
}

/** The span of the run itself. */
export function runSpanId(run: string): string {
  return spanId(run, "run");
}

/** What a child keeps of its parent's trace, or a fork of the other run's: nothing where the id tells it. */
export function traceOfParent(parent: TracedRun): { readonly traceId?: string } {
  return parent.origin?.traceparent === undefined ? {} : { traceId: traceIdOf(parent) };
}

/** The last 52 bits of a trace id as a number from 0 to 1, as samplers everywhere take them for chance. */
export function shareOf(traceId: string): number {
  return Number.parseInt(traceId.slice(-13), 16) / 2 ** 52;
}

function spanId(run: string, ...part: readonly (string | number)[]): string {
  return digits(JSON.stringify(["span", run, ...part]), 16);
}

function digits(text: string, count: number): string {
  return hash("sha256", text, "hex").slice(0, count);
}
