/** The shapes in which a secret value turns up in text: as it is, escaped, and in the usual encodings. */

/** Shorter ones are too likely to be ordinary words. */
export const SEEN_LENGTH_MIN = 8;
/** A line of a longer value, such as a key in PEM form, is shown alone. */
const LINE_LENGTH_MIN = 16;

/** What is to be looked for where `value` is a secret; none has fewer than 8 characters. */
export function formsOf(value: string): readonly string[] {
  const forms = new Set<string>();
  for (const part of [value, ...partsOf(value)]) addForms(part, forms);
  return [...forms].filter((form) => form.length >= SEEN_LENGTH_MIN);
}

/** Secrets inside of a secret: what follows an authorization scheme, the password of an address, lines. */
function partsOf(value: string): readonly string[] {
  const scheme = /^(?:bearer|basic|token)\s+(.+)$/is.exec(value)?.[1];
  const password = /:\/\/[^\s:@/]*:([^\s@/]+)@/.exec(value)?.[1];
  const lines = value.includes("\n")
    ? value.split(/\r?\n/).filter((line) => line.length >= LINE_LENGTH_MIN)
    : [];
  return [value.trim(), scheme, password, ...lines].filter((part) => part !== undefined);
}

function addForms(value: string, forms: Set<string>): void {
  const escaped = JSON.stringify(value).slice(1, -1);
  forms.add(value).add(escaped).add(JSON.stringify(escaped).slice(1, -1));
  const url = percentEncoded(value);
  forms
    .add(url)
    .add(url.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()))
    .add(url.replaceAll("%20", "+"));
  const bytes = Buffer.from(value);
  forms.add(bytes.toString("hex")).add(bytes.toString("hex").toUpperCase());
  for (const shift of [0, 1, 2]) {
    const inner = base64Inside(bytes, shift);
    forms.add(inner).add(inner.replaceAll("+", "-").replaceAll("/", "_"));
  }
}

/** Half a pair of surrogates has no such form. */
function percentEncoded(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}

/** The characters of the base64 text that depend on these bytes alone, where `shift` others stand before them. */
function base64Inside(bytes: Buffer, shift: number): string {
  const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64");
  const first = Math.ceil((shift * 8) / 6);
  const last = Math.floor(((shift + bytes.length) * 8) / 6);
  return text.slice(first, last);
}
