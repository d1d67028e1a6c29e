/**
 * Whether a repeated walk is the one its log tells of. A pattern that changed may ask for something else, or for
 * nothing, at a path that the log knows; then the run must be stranded, never guessed (E10).
 */
import type { Path } from "../../delegation/path.ts";
import type { Completion } from "../engine.ts";
import type { RunMemory } from "./run-memory.ts";

/** What a walk has open at a path. "dropped": it waited there and gave up. */
export type OpenKind = "attempt" | "child" | "timer" | "signal" | "record" | "dropped";

/** What is known of the log when a walk is repeated. */
type Known = Pick<RunMemory, "completions"> & Partial<Pick<RunMemory, "begun" | "waits" | "children">>;

export interface OpenCommands {
  openAt(path: Path): OpenKind | undefined;
}

/** Where log and walk part at the next completion, or at the end of the log; undefined where they agree. */
export function findDivergence(memory: Known, next: number, walk: OpenCommands): string | undefined {
  const completion = memory.completions[next];
  if (completion) return fits(completion, walk) ? undefined : describe(completion.kind, completion);
  for (const path of memory.begun ?? []) {
    if (walk.openAt(path) !== "attempt") return describe("attempt-started", { path });
  }
  for (const path of memory.waits ?? []) {
    const open = walk.openAt(path);
    if (open === undefined || open === "attempt" || open === "record" || open === "child")
      return describe("wait-started", { path });
  }
  for (const path of memory.children?.keys() ?? []) {
    if (walk.openAt(path) !== "child") return describe("child-started", { path });
  }
  return undefined;
}

/** What the log has beyond the point at which the walk ended. */
export function findUnfinished(memory: Known, next: number, walk: OpenCommands): string | undefined {
  let after = next;
  // Asked for when the walk was over, and its end not written yet: a cancel changes nothing any more.
  while (memory.completions[after]?.kind === "cancel-requested") after++;
  const left = memory.completions[after];
  return left ? describe(left.kind, left) : findDivergence(memory, after, walk);
}

function fits(completion: Completion, walk: OpenCommands): boolean {
  if (completion.kind === "cancel-requested") return true;
  const open = walk.openAt(completion.path);
  switch (completion.kind) {
    case "step-completed":
    case "attempt-failed":
    case "attempt-lost":
      return open === "attempt";
    case "value-recorded":
    case "value-failed":
      return open === "record" || open === "dropped";
    case "timer-fired":
      return open === "timer" || open === "dropped";
    case "signal-received":
      return open === "signal" || open === "dropped";
    case "child-ended":
      return open === "child";
  }
}

function describe(kind: string, at: { readonly path?: Path }): string {
  return `the log has ${kind} at '${at.path ?? ""}'`;
}
