/** Parses the input of a pattern inside another one; the parsed value is recorded and becomes its input. */
import { validate, type Schema } from "../../delegation/schema.ts";
import { ReeveError } from "../../errors.ts";
import { ask, type Answered } from "./ask.ts";
import type { Walk } from "./fiber.ts";
import type { Place, Walker } from "./walker.ts";

export function* validateInput(walker: Walker, schema: Schema, place: Place): Walk<Answered> {
  return yield* ask(walker, place, "input-schema", () => {
    const validation = validate(schema, walker.journal.read(place.input));
    const accept = (result: Awaited<typeof validation>) => {
      if (!result.ok)
        throw new ReeveError("input-invalid", `the pattern's input does not fit: ${result.reason}`);
      return { decision: null, value: { of: result.value } };
    };
    return "then" in validation ? validation.then(accept) : accept(validation);
  });
}
