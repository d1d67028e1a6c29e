/**
 * The keys that secrets are sealed with: given by the program, or kept in a file beside the log. The first key of a
 * file seals; all of them open, so that a key can be replaced by putting a new line above it.
 */
import { hash, scryptSync } from "node:crypto";
import { chmodSync, closeSync, fsyncSync, openSync, readFileSync, statSync, writeSync } from "node:fs";
import { ReeveError } from "../errors.ts";
import { unforeseeableBytes } from "../random.ts";

const KEY_BYTES = 32;
const KEY_ID_BYTES = 4;
const PASSPHRASE_LENGTH_MIN = 16;
const PRIVATE = 0o600;

export interface SecretKey {
  /** Tells keys apart, and nothing of the key: 8 hexadecimal digits. */
  readonly id: string;
  readonly bytes: Buffer;
}

export interface SecretKeys {
  /** Whether there is a key already. */
  exists(): boolean;
  /** The key that seals; made when there is none. @throws ReeveError `storage-unavailable`, `option-invalid` */
  sealing(): SecretKey;
  /** The key with this id; undefined when it is not there. */
  opening(id: string): SecretKey | undefined;
  /** Where keys are looked for, in words. */
  readonly place: string;
}

/** The given keys, or one made by chance, which is gone with the process. */
export function keysInMemory(given?: string): SecretKeys {
  const own = given === undefined ? [] : parseKeys(given, "secretKey");
  let key = own[0];
  return {
    exists: () => key !== undefined,
    sealing: () => (key ??= keyOf(unforeseeableBytes(KEY_BYTES))),
    opening: (id) => (key?.id === id ? key : own.find((other) => other.id === id)),
    place: "the memory of the process",
  };
}

/**
 * Keys in a file with mode 0600, which is made when the first secret is sealed.
 * @param given wins for sealing; the file's keys still open what they sealed
 */
export function keysInFile(file: string, given: string | undefined): SecretKeys {
  const own = given === undefined ? undefined : parseKeys(given, "secretKey");
  let known: readonly SecretKey[] | undefined;
  const read = (): readonly SecretKey[] => (known = readKeys(file));
  const ofFile = (): readonly SecretKey[] => known ?? read();
  return {
    exists: () => own !== undefined || ofFile().length > 0,
    sealing: () => own?.[0] ?? ofFile()[0] ?? (makeKey(file), read()[0]) ?? unreadable(file, "holds no key"),
    opening: (id) => {
      const has = (key: SecretKey): boolean => key.id === id;
      // Somebody may have put it back meanwhile.
      return own?.find(has) ?? ofFile().find(has) ?? read().find(has);
    },
    place: own ? `the given key or ${file}` : file,
  };
}

/**
 * The keys of a text, one a line or separated by spaces or commas: 32 bytes in base64 or hexadecimal digits; or the
 * whole text as a passphrase of 16 characters or more.
 * @throws ReeveError `option-invalid`
 */
export function parseKeys(text: string, what: string): readonly SecretKey[] {
  const trimmed = text.trim();
  const parsed = trimmed.split(/[\s,]+/).map(bytesOf);
  const whole = parsed.filter((bytes) => bytes !== undefined);
  if (whole.length === parsed.length) return whole.map(keyOf);
  if (trimmed.length >= PASSPHRASE_LENGTH_MIN) return [keyOf(stretch(trimmed))];
  throw new ReeveError(
    "option-invalid",
    `${what} is a text of ${trimmed.length} characters, which is no key`,
    {
      hint: "make one with: openssl rand -base64 32",
    },
  );
}

function bytesOf(word: string): Buffer | undefined {
  if (/^[\da-f]{64}$/i.test(word)) return Buffer.from(word, "hex");
  if (!/^[\w+/-]{43}=?$/.test(word)) return undefined;
  return Buffer.from(word, "base64");
}

/** A passphrase has less chance in it than a key, so that guessing must cost something. */
function stretch(passphrase: string): Buffer {
  return scryptSync(passphrase, "reeve secrets", KEY_BYTES);
}

function keyOf(bytes: Buffer): SecretKey {
  const id = hash("sha256", Buffer.concat([Buffer.from("reeve key id"), bytes]), "hex");
  return { id: id.slice(0, 2 * KEY_ID_BYTES), bytes };
}

function readKeys(file: string): readonly SecretKey[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw unreadableError(file, "can't be read", error);
  }
  // Another process is writing it.
  if (text.trim() === "") return [];
  if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, PRIVATE);
  return parseKeys(text, file);
}

/** Of several processes that make it at the same time, one does. */
function makeKey(file: string): void {
  let descriptor: number;
  try {
    descriptor = openSync(file, "wx", PRIVATE);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return;
    throw unreadableError(file, "can't be made", error);
  }
  try {
    // What is sealed is lost without it, so it is on disk first.
    writeSync(descriptor, `${unforeseeableBytes(KEY_BYTES).toString("base64")}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function unreadable(file: string, problem: string): never {
  throw unreadableError(file, problem);
}

function unreadableError(file: string, problem: string, cause?: unknown): ReeveError {
  return new ReeveError("secret-key-missing", `the key file ${file} ${problem}`, {
    ...(cause === undefined ? {} : { cause }),
    hint: "give this user access to it and its folder, or hand the key over in REEVE_KEY (in code: secretKey)",
  });
}
