/**
 * How long texts are kept: as they are up to 1 KB, above that compressed with zstd where that makes them smaller.
 *
 * Level 1: on JSON of 1 to 100 KB, level 3 saved at most 3 % more and took up to half as long again (100 KB: 107 µs
 * and 165 µs).
 */
import { constants, crc32, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { damaged, numberIn, textOrBytesIn, type Row } from "./columns.ts";

const PLAIN_CHARACTERS_MAX = 1_024;
const COMPRESSION = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** TEXT, or a BLOB when compressed. */
export type StoredText = string | Uint8Array;

export function compress(text: string): StoredText {
  if (text.length <= PLAIN_CHARACTERS_MAX) return text;
  const plain = Buffer.from(text, "utf8");
  const compressed = zstdCompressSync(plain, COMPRESSION);
  return compressed.length < plain.length ? compressed : text;
}

export function decompress(stored: StoredText): string {
  return typeof stored === "string" ? stored : zstdDecompressSync(stored).toString("utf8");
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
