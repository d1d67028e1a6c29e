/**
 * Members of gzip files that tell their own length, in an extra field of the header (RFC 1952, 2.3.1.1): so the end of
 * the last whole one is found without unpacking those before it. Every gzip program reads them.
 */
import { crc32, deflateRaw, gunzip } from "node:zlib";
import { promisify } from "node:util";

const compress = promisify(deflateRaw);
const unpack = promisify(gunzip);

/** Magic, deflate, a header with an extra field; no time; no system. */
const START: Buffer = Buffer.from([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff]);
/** 8 bytes follow: the field "RV" of 4 bytes. */
const FIELD: Buffer = Buffer.from([8, 0, 0x52, 0x56, 4, 0]);
const PREFIX: Buffer = Buffer.concat([START, FIELD]);
/** With the length, which is a 32-bit number. */
export const HEADER_BYTES: number = PREFIX.length + 4;
const TRAILER_BYTES = 8;

export async function makeMember(text: string): Promise<Buffer> {
  const plain = Buffer.from(text, "utf8");
  const body = await compress(plain);
  const member = Buffer.concat([PREFIX, Buffer.alloc(4), body, Buffer.alloc(TRAILER_BYTES)]);
  member.writeUInt32LE(member.length, PREFIX.length);
  member.writeUInt32LE(crc32(plain), member.length - TRAILER_BYTES);
  member.writeUInt32LE(plain.length % 2 ** 32, member.length - TRAILER_BYTES / 2);
  return member;
}

/** How long the member with this header is; "torn" where the header is not whole, "foreign" where it is none of these. */
export function lengthOfMember(header: Buffer): number | "torn" | "foreign" {
  // A power cut can leave a file longer than what was written to it.
  if (header.every((byte) => byte === 0)) return "torn";
  const start = header.subarray(0, PREFIX.length);
  if (!start.equals(PREFIX.subarray(0, start.length))) return "foreign";
  return header.length < HEADER_BYTES ? "torn" : header.readUInt32LE(PREFIX.length);
}

/** Whether the member's content is what was written. */
export async function isSound(member: Buffer): Promise<boolean> {
  try {
    await unpack(member);
    return true;
  } catch {
    // ignore: whatever is wrong with it, it was not written to its end.
    return false;
  }
}
