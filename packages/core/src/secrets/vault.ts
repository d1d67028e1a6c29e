/**
 * What an engine does about secrets: seals them where values are stored, opens them for the interpreter, and keeps them
 * out of everything else it says. Owns the keys and the values seen in this process; knows nothing of runs.
 */
import { hash } from "node:crypto";
import { keyedHash, keyMissing, seal, unseal } from "./cipher.ts";
import type { SecretKeys } from "./keys.ts";
import { redact } from "./redact.ts";
import { redactText } from "./redact-text.ts";
import { hideSealed, isSealed, openText, sealText, valuesIn, type SealedText } from "./sealed-text.ts";
import { SeenSecrets } from "./seen-secrets.ts";

/** Of a hash in a name. */
const HASH_LENGTH = 30;
const KEYED = /^([\da-f]{8}):/;

export class Vault {
  readonly #keys: SecretKeys;
  readonly #seen = new SeenSecrets();

  constructor(keys: SecretKeys) {
    this.#keys = keys;
  }

  /**
   * The text with its secrets sealed; undefined when it has none. Its values are looked for from now on, for as long as
   * somebody holds them and a while longer.
   */
  seal(text: string): SealedText | undefined {
    const sealed = sealText(text, this.#seen, (part) => seal(part, this.#keys));
    if (sealed) {
      this.#seen.hold(sealed.values);
      this.#seen.release(sealed.values);
    }
    return sealed;
  }

  /** As `seal`, of a text whether it has secrets or not, where that is known to be asked for. */
  sealed(text: string): string {
    return this.seal(text)?.text ?? text;
  }

  /** @throws ReeveError `secret-key-missing`, `file-damaged` */
  open(text: string): string {
    return openText(text, (word) => unseal(word, this.#keys));
  }

  /** @throws ReeveError `secret-key-missing`, `file-damaged` */
  valuesIn(text: string): readonly string[] {
    return isSealed(text) ? valuesIn(text, (word) => unseal(word, this.#keys)) : [];
  }

  isSealed(text: string): boolean {
    return isSealed(text);
  }

  hide(text: string): string {
    return hideSealed(text);
  }

  /** A copy of a JSON value with its secrets sealed; the same one when it has none. */
  sealJson<T>(value: T): T {
    const sealed = this.seal(JSON.stringify(value));
    return sealed ? parseLike(sealed.text, value) : value;
  }

  /** The JSON value as it was before. @throws ReeveError `secret-key-missing`, `file-damaged` */
  openJson<T>(value: T): T {
    const text = JSON.stringify(value);
    return isSealed(text) ? parseLike(this.open(text), value) : value;
  }

  /** The JSON value with what is sealed in it replaced. */
  hideJson<T>(value: T): T {
    const text = JSON.stringify(value);
    return isSealed(text) ? parseLike(hideSealed(text), value) : value;
  }

  /** Free text for the inbox of another process, which may know more secrets; sealed where there is a key. */
  sealWords(text: string): string {
    if (!this.#keys.exists()) return this.mask(text);
    return JSON.stringify({ "~z": seal(JSON.stringify(text), this.#keys) });
  }

  openWords(text: string): string {
    if (!text.startsWith('{"~z":"')) return text;
    const opened: unknown = JSON.parse(this.open(text));
    return typeof opened === "string" ? opened : text;
  }

  /** A name that must stay one of its kind: what follows its first colon becomes a keyed hash if it holds a secret. */
  hideInName(name: string): string {
    const at = name.indexOf(":") + 1;
    if (!this.#seen.occursIn(name)) return name;
    return name.slice(0, at) + keyedHash(name, this.#keys.sealing()).slice(0, HASH_LENGTH).replace(":", "-");
  }

  /** The values are looked for until they are let go. */
  hold(values: readonly string[]): void {
    this.#seen.hold(values);
  }

  release(values: readonly string[]): void {
    this.#seen.release(values);
  }

  /** The text without secrets that were seen, and without those that it names. */
  mask(text: string): string {
    return redactText(this.#seen.mask(text));
  }

  /** A copy without secrets, by their names and by their values; the same object where there is none. */
  redact<T>(value: T): T {
    return redact(value, (text) => this.mask(text));
  }

  /** For E4: a hash of the value, keyed where it holds secrets, as their like could be tried out otherwise. */
  digest(text: string, holdsSecrets: boolean): string {
    return holdsSecrets ? keyedHash(text, this.#keys.sealing()) : hash("sha256", text, "base64url");
  }

  /** Whether a digest is that of the text. @throws ReeveError `secret-key-missing` */
  isDigestOf(digest: string, text: string): boolean {
    const id = KEYED.exec(digest)?.[1];
    if (id === undefined) return digest === hash("sha256", text, "base64url");
    const key = this.#keys.opening(id);
    if (!key) throw keyMissing(id, this.#keys);
    return digest === keyedHash(text, key);
  }
}

/** What a text holds that was made of a value like this one. */
function parseLike<T>(text: string, like: T): T;
function parseLike(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return value;
}
