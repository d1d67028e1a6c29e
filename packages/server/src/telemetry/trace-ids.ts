/** Ids of traces and spans: they follow from run, path and attempt, so they are known before any span is made. */
import { hash } from "node:crypto";

/** 32 hexadecimal digits, not all of them 0. */
export function traceIdOf(run: string): string {
  return hash("sha256", `trace\n${run}`, "hex").slice(0, 32);
}

/** 16 hexadecimal digits. @param part what it is of: the run itself, a path, an attempt at a path */
export function spanIdOf(run: string, ...part: readonly (string | number)[]): string {
  return hash("sha256", JSON.stringify(["span", run, ...part]), "hex").slice(0, 16);
}
