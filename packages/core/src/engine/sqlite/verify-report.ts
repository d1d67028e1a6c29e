/** What a verification found: the list grows in order of finding and is cut at a length that people still read. */
import { ReeveError } from "../../errors.ts";
import { RESTORE_HINT } from "./columns.ts";
import { translateFailure } from "./failures.ts";

/** One thing that is not as it was written. */
export interface FileProblem {
  readonly what: string;
  /** The part of the log: a table's name, "write-ahead log", "pages" or "file". */
  readonly where: string;
  /** The id of the run concerned, where one is. */
  readonly run?: string;
  /** What helps. */
  readonly hint: string;
}

const PROBLEMS_MAX = 1_000;

export interface FoundProblems {
  readonly list: readonly FileProblem[];
  add(where: string, what: string, run?: string): void;
  /**
   * Adds the damage that reading ran into.
   * @throws whatever is not about damage, such as a file that can't be read for want of permission
   */
  addThrown(where: string, error: unknown, run?: string): void;
}

/** An empty list for the problems of this file. */
export function findProblems(file: string): FoundProblems {
  const list: FileProblem[] = [];
  const push = (problem: FileProblem): void => {
    if (list.length < PROBLEMS_MAX) list.push(problem);
    else if (list.length === PROBLEMS_MAX) {
      list.push({
        what: `more than ${PROBLEMS_MAX} problems; the others are not listed`,
        where: "file",
        hint: RESTORE_HINT,
      });
    }
  };
  return {
    list,
    add: (where, what, run) => push({ what, where, ...(run !== undefined && { run }), hint: RESTORE_HINT }),
    addThrown: (where, error, run) => {
      if (error instanceof SyntaxError) {
        // A stored JSON text whose checksum fits was not written by this library.
        push({
          what: `a value is not JSON: ${error.message}`,
          where,
          ...(run !== undefined && { run }),
          hint: RESTORE_HINT,
        });
        return;
      }
      const known = translateFailure(error, file);
      if (!(known instanceof ReeveError && known.code === "file-damaged")) throw error;
      const what = known.message;
      const hint = known.hint ?? RESTORE_HINT;
      push({ what, where, ...(run !== undefined && { run }), hint });
    },
  };
}
