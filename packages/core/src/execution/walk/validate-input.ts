/** Parses the input of a pattern inside another one; the parsed value is recorded and becomes its input. */
import { isPromiseLike } from "../../delegation/promise-like.ts";
import { validate, type Schema } from "../../delegation/schema.ts";
import { ReeveError } from "../../errors.ts";
import { ask, type Answered } from "./ask.ts";
import type { Walk } from "./fiber.ts";
import type { Place, Walker } from "./walker.ts";

export function* validateInput(
  walker: Walker,
  pattern: string,
  schema: Schema,
  place: Place,
): Walk<Answered> {
  return yield* ask(walker, place, "input-schema", () => {
    const validation = validate(schema, walker.journal.read(place.input));
    const accept = (result: Awaited<typeof validation>) => {
      if (!result.ok) {
        const message = `the input of '${pattern}' does not fit its schema: ${result.reason}`;
        throw new ReeveError("input-invalid", message);
      }
      return { decision: null, value: { name: "input", of: result.value } };
    };
    return isPromiseLike(validation) ? validation.then(accept) : accept(validation);
  });
}
