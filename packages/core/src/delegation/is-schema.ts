/** Tells schemas from what was handed over in their place. */
import type { Schema } from "./schema.ts";

/** Whether `value` implements Standard Schema; some libraries' schemas are functions. */
export function isSchema(value: unknown): value is Schema {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  const standard: unknown = Reflect.get(value, "~standard");
  return (
    typeof standard === "object" &&
    standard !== null &&
    typeof Reflect.get(standard, "validate") === "function"
  );
}

/** What a hint asks for. */
export const SCHEMA_WANTED = "a schema that implements Standard Schema, such as z.object({ … }) of zod";
