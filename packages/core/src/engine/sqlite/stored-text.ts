/**
 * How long texts are kept: as they are up to 1 KB, above that compressed with zstd where that makes them smaller.
 *
 * Level 1: on JSON of 1 to 100 KB, level 3 saved at most 3 % more and took up to half as long again (100 KB: 107 µs
 * and 165 µs).
 */
import { constants, crc32, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { damaged, numberIn, textOrBytesIn, type Row } from "./columns.ts";

const PLAIN_CHARACTERS_MAX = 1_024;
const PARAMS = { [constants.ZSTD_c_compressionLevel]: 1 };
/** About how much shorter JSON of a few KB becomes: errors with their stacks, for the most part. */
const USUAL_RATIO = 4;
/** Bytes of output that zlib has room made for at once. Its default is the most. */
const CHUNK_BYTES = { min: 512, max: 16_384 };
/** Where a text is before it is compressed, unless it is longer: what the next one overwrites is no garbage. */
const plainText: Buffer = Buffer.allocUnsafeSlow(49_152);
const BYTES_PER_CHARACTER_MAX = 3;

/** TEXT, or a BLOB when compressed. */
export type StoredText = string | Uint8Array;

export function compress(text: string): StoredText {
  if (text.length <= PLAIN_CHARACTERS_MAX) return text;
  const plain = bytesOf(text);
  const chunkSize = chunkFor(plain.length / USUAL_RATIO);
  const compressed = zstdCompressSync(plain, { params: PARAMS, chunkSize });
  return compressed.length < plain.length ? compressed : text;
}

export function decompress(stored: StoredText): string {
  if (typeof stored === "string") return stored;
  return zstdDecompressSync(stored, { chunkSize: chunkFor(stored.length * USUAL_RATIO) }).toString("utf8");
}

/** Good until the next text's. */
function bytesOf(text: string): Buffer {
  if (text.length * BYTES_PER_CHARACTER_MAX > plainText.length) return Buffer.from(text, "utf8");
  return plainText.subarray(0, plainText.write(text, "utf8"));
}

/**
 * Room is made before anything is known of the output, and taken from a slab of 64 KB that stays until a collection finds all
 * that has a part of it: at 16 KB each, texts of 2 KB had left 40 MB behind when V8, which sees little of it, collected.
 */
function chunkFor(bytes: number): number {
  return Math.min(CHUNK_BYTES.max, Math.max(CHUNK_BYTES.min, Math.ceil(bytes)));
}

export interface CheckedText {
  readonly value: StoredText;
  readonly checksum: number;
}

/** @param identity a number of the row, so that a value which ends up in another row is noticed */
export function packText(text: string, identity: number): CheckedText {
  const value = compress(text);
  return { value, checksum: checksumOf(value, identity) };
}

/**
 * The text in `column`, checked against the column `checksum`.
 * @param what names the row in the error
 * @throws ReeveError `file-damaged` when the value is not the one that was packed
 */
export function unpackText(row: Row, column: string, identity: number, what: string): string {
  const stored = textOrBytesIn(row, column);
  if (checksumOf(stored, identity) !== numberIn(row, "checksum")) {
    throw damaged(`${what} is not what was written: its checksum does not match`);
  }
  return decompress(stored);
}

/** Signed, because SQLite then keeps it in 4 bytes. */
function checksumOf(value: StoredText, identity: number): number {
  return crc32(value, identity >>> 0) | 0;
}
