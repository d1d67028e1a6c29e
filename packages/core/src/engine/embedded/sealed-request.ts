/** Requests to the owner of a log, as they lie in its file until they are taken: secrets in them are sealed. */
import type { Vault } from "../../secrets/vault.ts";
import type { Encoded } from "../engine.ts";
import type { InboxRequest } from "../store.ts";

interface Change {
  /** Of values. */
  readonly value: (text: Encoded) => Encoded;
  /** Of what was said. */
  readonly words: (text: string) => string;
  /** Of plain JSON. */
  readonly json: <T>(value: T) => T;
}

export function sealRequest(request: InboxRequest, vault: Vault): InboxRequest {
  return change(request, {
    value: (text) => vault.sealed(text),
    words: (text) => vault.sealWords(text),
    json: (value) => vault.sealJson(value),
  });
}

/** @throws ReeveError `secret-key-missing`, `file-damaged` */
export function openRequest(request: InboxRequest, vault: Vault): InboxRequest {
  return change(request, {
    value: (text) => vault.open(text),
    words: (text) => vault.openWords(text),
    json: (value) => vault.openJson(value),
  });
}

function change(request: InboxRequest, { value, words, json }: Change): InboxRequest {
  const optional = (text: Encoded | null): Encoded | null => (text === null ? null : value(text));
  switch (request.kind) {
    case "start": {
      const { input, edit, context } = request;
      const attributes = json(context.attributes);
      return {
        ...request,
        input: optional(input),
        context: attributes === context.attributes ? context : { ...context, attributes },
        ...(edit && {
          edit: {
            ...(edit.input !== undefined && { input: value(edit.input) }),
            ...(edit.output !== undefined && { output: value(edit.output) }),
          },
        }),
      };
    }
    case "cancel":
    case "pause":
      return { ...request, reason: words(request.reason) };
    case "signal":
      return { ...request, answer: optional(request.answer) };
    case "control": {
      const { fact, input } = request;
      return {
        ...request,
        input: optional(input),
        fact: "reason" in fact ? { ...fact, reason: words(fact.reason) } : fact,
      };
    }
    case "feedback":
      return request.note === undefined ? request : { ...request, note: words(request.note) };
    case "unpause":
      return request;
  }
}
