/**
 * Seals texts with AES-256-GCM. A sealed text is one word in base64url: the key's id, a nonce of 12 bytes made by
 * chance, the tag of 16 bytes, the enciphered text.
 */
import { createCipheriv, createDecipheriv, createHmac } from "node:crypto";
import { ReeveError } from "../errors.ts";
import { unforeseeableBytes } from "../random.ts";
import type { SecretKey, SecretKeys } from "./keys.ts";

const METHOD = "aes-256-gcm";
const ID_BYTES = 4;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** @throws ReeveError `secret-key-missing` when there is no key and none can be made. */
export function seal(text: string, keys: SecretKeys): string {
  const { id, bytes } = keys.sealing();
  const nonce = unforeseeableBytes(NONCE_BYTES);
  const cipher = createCipheriv(METHOD, bytes, nonce);
  const hidden = [cipher.update(text, "utf8"), cipher.final()];
  return Buffer.concat([Buffer.from(id, "hex"), nonce, cipher.getAuthTag(), ...hidden]).toString("base64url");
}

/** @throws ReeveError `secret-key-missing`, or `file-damaged` when it is not what was sealed. */
export function unseal(word: string, keys: SecretKeys): string {
  const sealed = Buffer.from(word, "base64url");
  const id = sealed.toString("hex", 0, ID_BYTES);
  const key = keys.opening(id);
  if (!key) throw keyMissing(id, keys);
  return open(sealed, key);
}

/** A fingerprint of the text that nobody without the key can try guesses against. */
export function keyedHash(text: string, key: SecretKey): string {
  return `${key.id}:${createHmac("sha256", key.bytes).update(text).digest("base64url")}`;
}

export function keyMissing(id: string, keys: SecretKeys): ReeveError {
  return new ReeveError("secret-key-missing", `the key ${id} that sealed a secret is not in ${keys.place}`, {
    hint: "put that key file back, or add its line to the one that is there, or hand the key over in REEVE_KEY (in code: secretKey)",
  });
}

function open(sealed: Buffer, { id, bytes }: SecretKey): string {
  const tagAt = ID_BYTES + NONCE_BYTES;
  try {
    const decipher = createDecipheriv(METHOD, bytes, sealed.subarray(ID_BYTES, tagAt));
    decipher.setAuthTag(sealed.subarray(tagAt, tagAt + TAG_BYTES));
    return decipher.update(sealed.subarray(tagAt + TAG_BYTES), undefined, "utf8") + decipher.final("utf8");
  } catch (error) {
    throw new ReeveError("file-damaged", `a secret that was sealed with key ${id} was changed since`, {
      cause: error,
      hint: "restore the file from a backup",
    });
  }
}
