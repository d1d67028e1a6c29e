/**
 * How long texts are kept: as they are up to 1 KB, above that compressed with zstd where that makes them smaller.
 *
 * Level 1: on JSON of 1 to 100 KB, level 3 saved at most 3 % more and took up to half as long again (100 KB: 107 µs
 * and 165 µs).
 */
import type { SQLOutputValue } from "node:sqlite";
import { constants, crc32, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { damaged } from "./columns.ts";

const PLAIN_CHARACTERS_MAX = 1_024;
const COMPRESSION = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

export interface StoredText {
  /** TEXT, or a BLOB when compressed. */
  readonly value: string | Uint8Array;
  readonly checksum: number;
}

/** @param identity a number of the row, so that a value which ends up in another row is noticed */
export function packText(text: string, identity: number): StoredText {
  if (text.length <= PLAIN_CHARACTERS_MAX) return { value: text, checksum: checksumOf(text, identity) };
  const plain = Buffer.from(text, "utf8");
  const compressed = zstdCompressSync(plain, COMPRESSION);
  const value = compressed.length < plain.length ? compressed : text;
  return { value, checksum: checksumOf(value, identity) };
}

/**
 * @param what names the row in the error
 * @throws ReeveError `file-damaged` when the value is not the one that was packed
 */
export function unpackText(value: SQLOutputValue, checksum: number, identity: number, what: string): string {
  const packed = typeof value === "string" || value instanceof Uint8Array;
  if (!packed || checksumOf(value, identity) !== checksum) {
    throw damaged(`${what} is not what was written: its checksum does not match`);
  }
  return typeof value === "string" ? value : zstdDecompressSync(value).toString("utf8");
}

/** Signed, because SQLite then keeps it in 4 bytes. */
function checksumOf(value: string | Uint8Array, identity: number): number {
  return crc32(value, identity >>> 0) | 0;
}
