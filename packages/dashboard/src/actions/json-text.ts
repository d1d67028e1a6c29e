/** JSON that a person typed. Pure. */

export type Typed =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: string };

/** The value, or what is wrong with the text in words that say where. */
export function typedJson(text: string): Typed {
  try {
    const value: unknown = JSON.parse(text);
    return { ok: true, value };
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    return { ok: false, problem: `This is not JSON: ${problem}. A text needs quotes, such as "yes".` };
  }
}
