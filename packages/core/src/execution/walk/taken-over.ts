/**
 * Whether a node of a forked run can be taken over as a whole, seen before it is walked: such a branch need not wait for
 * its turn behind others that are made anew. A wrong answer costs a turn or an execution, never a result.
 */
import { innerPath, itemSegment, join, segment, tryPath, type Path } from "../../delegation/path.ts";
import type { DegradeNode, Pattern, PatternNode, RepeatNode, Tolerance } from "../../delegation/pattern.ts";
import type { Completion, Journal } from "../../engine/engine.ts";

/** How a node ended in the run that this one was forked from; undefined: it did not, or not for good. */
type End = "completed" | "failed" | undefined;

export function isTakenOver(journal: Journal, node: PatternNode, path: Path): boolean {
  return endOf(journal, node, path) !== undefined;
}

function endOf(journal: Journal, node: PatternNode, path: Path): End {
  switch (node.kind) {
    case "delegate":
      return endOfTries(journal, path);
    case "agent":
    case "delay":
      return ended(journal.takesOver(path));
    case "approval":
      return node.merge && journal.takesOver(path)
        ? answered(journal, path, "merge")
        : ended(journal.takesOver(path) ?? journal.takesOver(innerPath(path, "timeout")));
    case "step":
      return inOrder([
        () => (node.input ? answered(journal, path, "input") : "completed"),
        () => endOf(journal, node.step, path),
      ]);
    case "when": {
      const taken = journal.takesOver(innerPath(path, "if"));
      if (taken?.kind !== "value-recorded" || taken.decision !== true) return ended(taken);
      return endOf(journal, node.then, join(path, segment(node.then.name)));
    }
    case "repeat":
      return endOfRepeat(journal, node, path);
    default:
      if (journal.takesOver(innerPath(path, "deadline"))) return "failed";
      return inOrder([
        () => (node.input ? answered(journal, path, "input-schema") : "completed"),
        () => endOfPattern(journal, node, path),
      ]);
  }
}

function endOfPattern(journal: Journal, node: Pattern, path: Path): End {
  switch (node.kind) {
    case "sequential":
      return inOrder(node.steps.map((step) => () => endOf(journal, step, join(path, segment(step.name)))));
    case "parallel":
      return sideBySide(
        Object.entries(node.tasks).map(([key, task]) => endOf(journal, task, join(path, segment(key)))),
        node.tolerate,
      );
    case "for-each": {
      const items = journal.takesOver(innerPath(path, "items"));
      if (items?.kind !== "value-recorded") return ended(items);
      const count = Math.ceil(Number(items.decision) / (node.batch ?? 1));
      const ends = Array.from({ length: count }, (_, index) =>
        endOf(journal, node.step, join(path, itemSegment(index))),
      );
      return sideBySide(ends, node.tolerate);
    }
    case "degrade":
      return endOfChain(journal, node, path);
    case "meta":
      return inOrder(
        node.phases.map(({ name, patterns }) => () => {
          const at = join(path, segment(name));
          return inOrder(patterns.map((it) => () => endOf(journal, it, join(at, segment(it.name)))));
        }),
      );
  }
}

function endOfChain(journal: Journal, { levels }: DegradeNode, path: Path): End {
  for (const [index, { node }] of levels.entries()) {
    const at = join(path, segment(node.name));
    if (index < levels.length - 1) {
      const asked = journal.takesOver(innerPath(at, "level"));
      if (asked?.kind !== "value-recorded") return ended(asked);
      if (asked.decision !== true) continue;
    }
    const end = endOf(journal, node, at);
    if (end !== "failed") return end;
  }
  return "failed";
}

/** A `delegate` ends as the last of its tries did. */
function endOfTries(journal: Journal, path: Path): End {
  for (let number = 1; ; number++) {
    const end = ended(journal.takesOver(tryPath(path, number)));
    const next = journal.takesOver(innerPath(tryPath(path, number + 1), "plan"));
    if (end !== "failed" || next?.kind !== "value-recorded" || next.decision === null) return end;
  }
}

function endOfRepeat(journal: Journal, node: RepeatNode, path: Path): End {
  for (let iteration = 0; iteration < node.max; iteration++) {
    const at = join(path, itemSegment(iteration));
    const end = endOf(journal, node.step, at);
    if (end !== "completed") return end;
    const until = journal.takesOver(innerPath(at, "until"));
    if (until?.kind !== "value-recorded" || until.decision === true) return ended(until);
  }
  return "failed";
}

function inOrder(parts: readonly (() => End)[]): End {
  for (const part of parts) {
    const end = part();
    if (end !== "completed") return end;
  }
  return "completed";
}

function sideBySide(ends: readonly End[], tolerate: Tolerance | undefined): End {
  const completed = ends.filter((end) => end === "completed").length;
  if (tolerate && "quorum" in tolerate && completed >= tolerate.quorum) return "completed";
  if (!tolerate && ends.includes("failed")) return "failed";
  return ends.includes(undefined) ? undefined : "completed";
}

function answered(journal: Journal, path: Path, what: string): End {
  return ended(journal.takesOver(innerPath(path, what)));
}

function ended(completion: Completion | undefined): End {
  switch (completion?.kind) {
    case "step-completed":
    case "value-recorded":
    case "signal-received":
      return "completed";
    case "timer-fired":
      return /\/!(deadline|timeout)$/.test(completion.path) ? "failed" : "completed";
    case "child-ended":
      return completion.outcome.status === "completed" ? "completed" : "failed";
    case "attempt-failed":
    case "value-failed":
      return "failed";
    default:
      return undefined;
  }
}
