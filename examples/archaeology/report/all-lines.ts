/** Owns the size of what passages and remarks are found in: every file, where the totals count copies once. */
import type { Excavation } from "../analysis/excavation.ts";

/** Lines of all files, copies included. */
export function allLines({ languagesWithCopies }: Excavation): {
  readonly code: number;
  readonly comment: number;
} {
  const sum = (field: "code" | "comment"): number =>
    languagesWithCopies.reduce((total, language) => total + language[field], 0);
  return { code: sum("code"), comment: sum("comment") };
}
