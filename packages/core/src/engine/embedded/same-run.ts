/**
 * One id is one run (E4): whether the run that has an id is the one that a start with this id asks for. It is, where
 * pattern, input and, of a fork, what it was forked from and how it was edited are equal.
 */
import { encode } from "../../delegation/codec.ts";
import type { PayloadId } from "../../delegation/reference.ts";
import { ReeveError } from "../../errors.ts";
import type { Encoded, StartRequest } from "../engine.ts";
import type { RunRow } from "../store.ts";
import type { Opened } from "./wire.ts";

type SameRunHost = Pick<Opened, "runs" | "secrets" | "references">;

/**
 * @param digest of the input that is asked for, where it is known
 * @throws ReeveError `run-conflict`
 */
export function assertSameRun(
  existing: RunRow,
  request: StartRequest,
  digest: string | undefined,
  host: SameRunHost,
): void {
  const { id, pattern } = request;
  if (existing.pattern !== pattern)
    throw conflict(`run '${id}' exists with pattern '${existing.pattern}', not '${pattern}'`);
  if (!hasInputOf(existing, request, digest, host)) {
    throw conflict(
      `run '${id}' exists with another input`,
      "use another id, or the same input to get the existing run",
    );
  }
  if (!isForkedLike(existing, request, host))
    throw conflict(`run '${id}' exists, and was not forked like this`);
}

function hasInputOf(
  { inputDigest }: RunRow,
  { input, origin }: StartRequest,
  digest: string | undefined,
  { runs, secrets }: SameRunHost,
): boolean {
  if (input !== undefined) return inputDigest === digest || secrets.vault.isDigestOf(inputDigest, input);
  // A forked run has the input of the other one, unless it was given another.
  const fork = origin?.forkedFrom;
  return inputDigest === (fork ? runs.known(fork.run).inputDigest : "");
}

function isForkedLike(
  existing: RunRow,
  { origin, edit }: StartRequest,
  { references }: SameRunHost,
): boolean {
  const wanted = origin?.forkedFrom;
  if (!wanted) return true;
  const { run, from, input, output } = existing.origin?.forkedFrom ?? {};
  const holds = (id: PayloadId | undefined, given: Encoded | undefined): boolean =>
    id === undefined ? given === undefined : encode(references.read({ of: "payload", id })) === given;
  return (
    run === wanted.run && from === wanted.from && holds(input, edit?.input) && holds(output, edit?.output)
  );
}

function conflict(message: string, hint = "use another id, or no id to have one made"): ReeveError {
  return new ReeveError("run-conflict", message, { hint });
}
