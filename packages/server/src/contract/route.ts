/** What every route says of itself; server, client and OpenAPI document are made from these values. */
import { z } from "zod";

/** What a credential may do. `operate` includes `read`. */
export type Scope = "read" | "operate";

export const scopeSchema: z.ZodType<Scope> = z.enum(["read", "operate"]);

export type Method = "GET" | "POST" | "PUT" | "DELETE";

/** One route. Fields of the input that `path` names in braces stand in the path; the rest in the query or the body. */
export interface Route<Input = unknown, Output = unknown> {
  readonly method: Method;
  /** Such as `/api/runs/{id}`. */
  readonly path: string;
  /** "open" asks for no credential. */
  readonly scope: Scope | "open";
  /** One line, for people who read the OpenAPI document. */
  readonly summary: string;
  readonly input: z.ZodType<Input>;
  readonly output: z.ZodType<Output>;
  /** The status of a success. @default 200 */
  readonly status?: 200 | 201 | 202;
}

/** Every answer that is not a success has this body. */
export interface ErrorBody {
  readonly error: {
    /** A page under docs/errors explains it. */
    readonly code: string;
    readonly message: string;
    /** What helps, in one sentence. */
    readonly hint: string | null;
    /** Whether the same request can succeed later. */
    readonly retryable: boolean;
  };
}

export const errorBodySchema: z.ZodType<ErrorBody> = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    hint: z.string().nullable(),
    retryable: z.boolean(),
  }),
});

/** A point in time: epoch milliseconds. */
export const timeSchema: z.ZodType<number> = z.number();

/** Asks for nothing. */
export type Nothing = Readonly<Record<string, never>>;

export const nothingSchema: z.ZodType<Nothing> = z.record(z.string(), z.never());

/** An action that was carried out; what came of it shows in the run. */
export interface Done {
  readonly ok: true;
}

export const doneSchema: z.ZodType<Done> = z.object({ ok: z.literal(true) });
