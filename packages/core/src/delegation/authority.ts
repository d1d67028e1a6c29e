/** What a run may do: grants are given at the root and can only be narrowed on the way. */
import { ReeveError } from "../errors.ts";

/** The grants among `wanted` that `held` does not cover. */
export function missingGrants(held: readonly string[], wanted: readonly string[]): readonly string[] {
  return wanted.filter((grant) => !held.includes(grant));
}

/**
 * The grants of a request within those its caller holds.
 * @throws ReeveError `permission-denied` when the request asks for more.
 */
export function narrowGrants(
  held: readonly string[],
  wanted: readonly string[] | undefined,
): readonly string[] {
  if (wanted === undefined) return held;
  const missing = missingGrants(held, wanted);
  if (missing.length > 0) {
    throw new ReeveError(
      "permission-denied",
      `the request asks for ${list(missing)}, which its caller does not hold`,
      {
        hint: `a request can only narrow what its caller holds: ${list(held) || "nothing"}`,
      },
    );
  }
  return wanted;
}

function list(grants: readonly string[]): string {
  return grants.map((grant) => `'${grant}'`).join(", ");
}
