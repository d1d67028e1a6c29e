/**
 * Seals the secret parts of a value's text (delegation/codec.ts), and opens or hides them again. A sealed part is the
 * tag `{"~z":"…"}`, which stands where the part's own text stood; nothing that is not sealed is changed.
 *
 * Sealed are: what `secret()` wraps; what stands under the name of a secret; strings in which a value that was seen as a
 * secret recurs. Texts without any of them cost one search.
 */
import { hasSecretName, isSecretName } from "./secret-name.ts";
import { REDACTED } from "./secret.ts";
import type { SeenSecrets } from "./seen-secrets.ts";

const WRAPPED = '{"~x":';
const SEALED = '{"~z":"';
const SEALED_PARTS = /\{"~z":"([\w-]+)"\}/g;

export interface SealedText {
  readonly text: string;
  /** The strings in what was sealed. */
  readonly values: readonly string[];
}

type Properties = Record<string, unknown>;

interface Walk {
  readonly seal: (text: string) => string;
  readonly seen: SeenSecrets;
  readonly values: Set<string>;
}

/** The text with its secret parts sealed; undefined when it has none. */
export function sealText(
  text: string,
  seen: SeenSecrets,
  seal: (part: string) => string,
): SealedText | undefined {
  if (!text.includes(WRAPPED) && !hasSecretName(text) && !seen.occursIn(text)) return undefined;
  const walk = { seal, seen, values: new Set<string>() };
  const root: Properties = { value: undefined };
  root["value"] = JSON.parse(text);
  visit(root, "value", walk);
  return walk.values.size === 0
    ? undefined
    : { text: JSON.stringify(root["value"]), values: [...walk.values] };
}

export function isSealed(text: string): boolean {
  return text.includes(SEALED);
}

/** The text as it was before it was sealed. */
export function openText(text: string, unseal: (word: string) => string): string {
  return isSealed(text) ? text.replace(SEALED_PARTS, (_, word: string) => unseal(word)) : text;
}

/** The text with `"[redacted]"` in the place of each sealed part. */
export function hideSealed(text: string): string {
  return isSealed(text) ? text.replace(SEALED_PARTS, JSON.stringify(REDACTED)) : text;
}

/** The strings in the sealed parts of a text. */
export function valuesIn(text: string, unseal: (word: string) => string): readonly string[] {
  const values = new Set<string>();
  for (const [, word] of text.matchAll(SEALED_PARTS)) {
    if (word === undefined) continue;
    const part: unknown = JSON.parse(unseal(word));
    collect(part, values);
  }
  return [...values];
}

/** Looks at a part, and replaces it where it is secret. */
function visit(holder: Properties | unknown[], key: string | number, walk: Walk): void {
  const part: unknown = Reflect.get(holder, key);
  if (typeof part === "string") {
    if (walk.seen.occursIn(part)) replace(holder, key, walk);
  } else if (Array.isArray(part)) {
    for (let index = 0; index < part.length; index++) visit(part, index, walk);
  } else if (isProperties(part)) visitProperties(holder, key, part, walk);
}

function visitProperties(
  holder: Properties | unknown[],
  key: string | number,
  part: Properties,
  walk: Walk,
): void {
  const names = Object.keys(part);
  const [only] = names;
  const isTag = names.length === 1 && only?.startsWith("~") === true;
  if (isTag && only === "~z") return;
  if ((isTag && only === "~x") || names.some((name) => walk.seen.occursIn(name))) {
    replace(holder, key, walk);
    return;
  }
  if (only === "~b") return;
  if (isTag && only === "~m") {
    visitEntries(part[only], walk);
    return;
  }
  for (const name of names) visitNamed(part, name, isTag ? name.replace(/^~+/, "") : name, walk);
}

function visitEntries(entries: unknown, walk: Walk): void {
  if (!isList(entries)) return;
  for (const entry of entries) {
    if (!isList(entry)) continue;
    visit(entry, 0, walk);
    visitNamed(entry, 1, entry[0], walk);
  }
}

function visitNamed(holder: Properties | unknown[], key: string | number, name: unknown, walk: Walk): void {
  const part: unknown = Reflect.get(holder, key);
  if (typeof name === "string" && isSecretName(name) && hasContent(part) && !isSealedPart(part))
    replace(holder, key, walk);
  else visit(holder, key, walk);
}

function replace(holder: Properties | unknown[], key: string | number, walk: Walk): void {
  const part: unknown = Reflect.get(holder, key);
  collect(part, walk.values);
  // So that it counts as sealed, whatever is in it.
  if (walk.values.size === 0) walk.values.add("");
  const value = { "~z": walk.seal(JSON.stringify(part)) };
  // An assignment to `__proto__` would change the prototype.
  Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true });
}

/** Numbers, booleans, dates and empty texts are no secrets; in the text, bytes and bigints are strings. */
function hasContent(part: unknown): boolean {
  if (typeof part === "string") return part !== "";
  if (Array.isArray(part)) return part.some(hasContent);
  return (
    isProperties(part) && Object.entries(part).some(([name, inner]) => name !== "~f" && hasContent(inner))
  );
}

function collect(part: unknown, values: Set<string>): void {
  if (typeof part === "string") values.add(part);
  else if (Array.isArray(part)) for (const inner of part) collect(inner, values);
  else if (isProperties(part)) {
    for (const [name, inner] of Object.entries(part)) {
      collect(inner, values);
      if (name === "~b" && typeof inner === "string") values.add(Buffer.from(inner, "base64").toString());
    }
  }
}

function isList(part: unknown): part is unknown[] {
  return Array.isArray(part);
}

function isSealedPart(part: unknown): boolean {
  return isProperties(part) && Object.hasOwn(part, "~z");
}

function isProperties(part: unknown): part is Properties {
  return typeof part === "object" && part !== null;
}
