/**
 * What is asked for at a start becomes a run to begin: every value is stored, with its secrets sealed. A fork begins with
 * the input and attributes of the run it was forked from, and knows the secrets that run knew.
 */
import type { Fork } from "../../delegation/event.ts";
import type { PayloadId } from "../../delegation/reference.ts";
import type { Encoded, StartRequest } from "../engine.ts";
import type { RunRow, Store } from "../store.ts";
import { remember } from "./run-memory.ts";
import { storeSealed, type SecretsHost } from "./run-secrets.ts";

/** A run to begin. */
export interface NewRun extends Omit<StartRequest, "input" | "isNewId"> {
  readonly input: PayloadId | undefined;
  readonly inputDigest: string;
  /** Stored values in which there may be secrets that the run is to know. */
  readonly knows?: readonly PayloadId[];
}

export interface NewRunHost {
  readonly store: Store;
  readonly secrets: SecretsHost;
  readonly runs: { known(runId: string): RunRow };
}

/** @throws ReeveError `run-not-found`, `secret-key-missing` */
export function newRun(request: StartRequest, host: NewRunHost): NewRun {
  const fork = request.origin?.forkedFrom;
  if (fork) return newFork(request, fork, host);
  const { input, inputDigest, sealed } = storeInput(request.input, host.secrets);
  return { ...request, input, inputDigest, ...knowing(sealed) };
}

function newFork(request: StartRequest, fork: Fork, { runs, store, secrets }: NewRunHost): NewRun {
  const { edit, origin, context } = request;
  const source = runs.known(fork.run);
  const own = request.input === undefined ? undefined : storeInput(request.input, secrets);
  const [editedInput, editedOutput] = [edit?.input, edit?.output].map((value) =>
    value === undefined ? undefined : storeSealed(value, secrets),
  );
  const forkedFrom = {
    ...fork,
    upTo: store.lastEvent(source.key)?.seq ?? 0,
    ...(editedInput === undefined ? {} : { input: editedInput }),
    ...(editedOutput === undefined ? {} : { output: editedOutput }),
  };
  const { input, inputDigest } = own ?? source;
  return {
    ...request,
    // What was read of it has no secrets in it.
    context: { ...context, attributes: source.context.attributes },
    origin: { ...origin, forkedFrom },
    input,
    inputDigest,
    ...knowing(...remember(store, source.key).sealed, own?.input, editedInput, editedOutput),
  };
}

interface StoredInput extends Pick<NewRun, "input" | "inputDigest"> {
  /** The input, where there are secrets in it. */
  readonly sealed: PayloadId | undefined;
}

function storeInput(input: Encoded | undefined, { vault, addPayload }: SecretsHost): StoredInput {
  if (input === undefined) return { input: undefined, inputDigest: "", sealed: undefined };
  const sealed = vault.seal(input);
  const id = addPayload(sealed?.text ?? input);
  return { input: id, inputDigest: vault.digest(input, sealed !== undefined), sealed: sealed && id };
}

/** The run is to know the secrets in these values. */
function knowing(...values: readonly (PayloadId | undefined)[]): Pick<NewRun, "knows"> {
  const knows = values.filter((value) => value !== undefined);
  return knows.length === 0 ? {} : { knows };
}
