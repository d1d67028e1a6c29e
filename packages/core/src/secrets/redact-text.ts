/**
 * Replaces secrets in free text by what stands before them: `"password": "…"`, `token=…`, `--api-key …`,
 * `Authorization: Bearer …`, `https://user:…@host`. Prose stays: `invalid password: too short` names none.
 */
import { isSecretName, mayNameSecrets } from "./secret-name.ts";
import { REDACTED } from "./secret.ts";

const NAME = String.raw`(?<![\w-])([A-Za-z_][\w-]*)`;
/** As inspection and JSON show it. */
const QUOTED = new RegExp(`${NAME}(["'\`]?\\s*[:=]\\s*)(["'\`])((?:\\\\.|(?!\\3)[^\\\\])*)\\3`, "gs");
/** JSON inside of a JSON string. */
const ESCAPED = new RegExp(`${NAME}(\\\\["']\\s*:\\s*\\\\["'])([^"'\\\\]+)`, "g");
/** Of environments, queries, forms and arguments. */
const ASSIGNED = new RegExp(`${NAME}(=)([^\\s&;,"'\`)\\]}]+)`, "g");
const ARGUMENT = /(?<![\w-])(--?[A-Za-z][\w-]*)(\s+)([^\s-]\S*)/g;
const HEADER = /(authorization\W{1,5}(?:bearer|basic|token)\s+)([^\s"',]+)/gi;
/** Elsewhere `basic` and `bearer` are words like others. */
const SCHEME = /\b([Bb]earer|[Bb]asic|BEARER|BASIC)(\s+)(?=\S*[\dA-Z])([\w.~+/=-]{8,})/g;
const IN_URL = /(:\/\/[^\s:@/]{0,200})(:)([^\s@/]+)(?=@)/g;

/** The text without the secrets that it names. */
export function redactText(text: string): string {
  let redacted = text;
  if (mayNameSecrets(text)) {
    redacted = redacted
      .replace(QUOTED, (whole, name: string, between: string, quote: string, value: string) =>
        isSecretName(name) && value !== "" ? `${name}${between}${quote}${REDACTED}${quote}` : whole,
      )
      .replace(ESCAPED, replaceNamed)
      .replace(ASSIGNED, replaceNamed)
      .replace(ARGUMENT, replaceNamed)
      .replace(HEADER, `$1${REDACTED}`)
      .replace(SCHEME, `$1$2${REDACTED}`);
  }
  return text.includes("://") && text.includes("@") ? redacted.replace(IN_URL, `$1$2${REDACTED}`) : redacted;
}

function replaceNamed(whole: string, name: string, between: string): string {
  return isSecretName(name) ? `${name}${between}${REDACTED}` : whole;
}
