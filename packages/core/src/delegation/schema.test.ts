import { expect, test } from "vitest";
import { validate, type Schema } from "./schema.ts";

/** A schema that answers with whatever it is told to. */
function answers(answer: unknown): Schema {
  return { "~standard": { version: 1, vendor: "test", validate: () => answer as never } };
}

const thenable = (value: unknown) => ({
  then: (resolve: (value: unknown) => void) => resolve(value),
});

test("a schema may answer with any promise, also one that is not the platform's", async () => {
  const refused = validate(answers(thenable({ issues: [{ message: "no" }] })), 1);
  expect(refused).toBeInstanceOf(Promise);
  expect(await refused).toEqual({ ok: false, reason: "no" });
  expect(await validate(answers(thenable({ value: 2 })), 1)).toEqual({ ok: true, value: 2 });
});

test("a parsed value may be undefined, as long as the schema says so", () => {
  expect(validate(answers({ value: undefined }), 1)).toEqual({ ok: true, value: undefined });
});

test.each([
  [undefined, "it gave undefined"],
  [null, "it gave null"],
  [true, "it gave boolean"],
  [{}, "it gave neither a value nor issues"],
  [{ issues: "no" }, "its issues are no list"],
])("an answer that says nothing of the value refuses it: %j", (answer, fault) => {
  expect(validate(answers(answer), 1)).toEqual({ ok: false, reason: `the schema is at fault: ${fault}` });
});
