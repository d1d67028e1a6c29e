/** Reads words of which only some are known. */
import { closestName } from "@reeve/core";
import { usageError } from "./command-error.ts";

/**
 * The word, known to be one of `names`.
 * @param option the option's name, for messages.
 * @throws CommandError
 */
export function oneOf<Name extends string>(option: string, word: string, names: readonly Name[]): Name {
  const name = names.find((each) => each === word);
  if (name !== undefined) return name;
  const close = closestName(word, names);
  throw usageError(
    `${option} is '${word}'`,
    close ? `did you mean '${close}'?` : `use one of: ${names.join(", ")}`,
  );
}
