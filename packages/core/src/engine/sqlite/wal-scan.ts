/**
 * Looks through the write-ahead log of a file before SQLite does (E14). SQLite takes everything from the first bad frame
 * on for an interrupted write and drops it; here a bad frame counts as damage where what follows shows that its
 * transaction had been synced, or where the frame differs from what was written in one word only.
 *
 * Reads by plain file access, which is harmless: SQLite holds no locks on the `-wal` itself. Whole description of the
 * method: docs/algorithms/wal-scan.md.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { changedWord, NO_SUMS, sameSums, sumWords, type Sums } from "./wal-checksum.ts";

export interface WalScan {
  /** Frames up to the last commit of the gapless prefix. */
  readonly frames: number;
  /** What is wrong, in words; undefined where everything that had been synced is there. */
  readonly damage: string | undefined;
}

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
/** A frame's header has page number and commit size (summed), two salts, and two sums. */
const SUMMED_HEADER_WORDS = 2;
const MAGIC_LITTLE_ENDIAN = 0x377f0682;
const MAGIC_BIG_ENDIAN = 0x377f0683;
const CHUNK_BYTES = 1_048_576;
const SECTOR_BYTES = 512;
/** While a process writes, a scan can see half a frame; damage is what two scans agree about. */
const SCANS_MAX = 6;
const HOST_IS_LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

const NOTHING_FOUND: WalScan = { frames: 0, damage: undefined };

/** Scans `<file>-wal`, a megabyte at a time: about 10 ms for each 16 MB. */
export function scanWal(file: string): WalScan {
  let scan = scanOnce(`${file}-wal`);
  for (let count = 1; scan.damage !== undefined && count < SCANS_MAX; count++) {
    const again = scanOnce(`${file}-wal`);
    if (again.damage === scan.damage) return again;
    scan = again;
  }
  return scan.damage === undefined ? scan : NOTHING_FOUND;
}

function scanOnce(walFile: string): WalScan {
  let descriptor: number;
  try {
    descriptor = openSync(walFile, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return NOTHING_FOUND;
    throw error;
  }
  try {
    return scanOpen(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

interface Header {
  readonly pageBytes: number;
  readonly salts: readonly [number, number];
  readonly sums: Sums;
  /** Whether the words that are summed have this machine's order of bytes. */
  readonly native: boolean;
}

function scanOpen(descriptor: number): WalScan {
  const { size } = fstatSync(descriptor);
  const bytes = Buffer.alloc(HEADER_BYTES);
  // The header is synced before the first frame is written, so a shorter file never held one.
  if (size < HEADER_BYTES || readSync(descriptor, bytes, 0, HEADER_BYTES, 0) < HEADER_BYTES) {
    return NOTHING_FOUND;
  }
  const header = readHeader(bytes);
  if (header) return walkFrames(descriptor, size, header);
  if (size < HEADER_BYTES + FRAME_HEADER_BYTES) return NOTHING_FOUND;
  return { frames: 0, damage: "its header is not what was written, so none of its frames can be read" };
}

function readHeader(bytes: Buffer): Header | undefined {
  const magic = bytes.readUInt32BE(0);
  if (magic !== MAGIC_LITTLE_ENDIAN && magic !== MAGIC_BIG_ENDIAN) return undefined;
  const native = (magic === MAGIC_LITTLE_ENDIAN) === HOST_IS_LITTLE_ENDIAN;
  const stored = { first: bytes.readInt32BE(24), second: bytes.readInt32BE(28) };
  const sums = sumWords(wordsOf(bytes, native), 0, 6, NO_SUMS);
  if (!sameSums(sums, stored)) return undefined;
  const salts = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)] as const;
  return { pageBytes: bytes.readUInt32BE(8), salts, sums, native };
}

/** What is known while the frames are walked. */
interface Walk {
  readonly header: Header;
  sums: Sums;
  /** Frames up to the last commit. */
  committed: number;
  /** The first frame that does not continue the chain. */
  bad: { readonly index: number; readonly change: string | undefined } | undefined;
  /** A commit with the same salts stands behind the bad frame, or is it. */
  commitAfterBad: boolean;
  /** A frame with the same salts behind that commit: whoever wrote it had the commit synced. */
  synced: boolean;
}

function walkFrames(descriptor: number, size: number, header: Header): WalScan {
  const frameBytes = FRAME_HEADER_BYTES + header.pageBytes;
  const frames = Math.floor((size - HEADER_BYTES) / frameBytes);
  const framesAtOnce = Math.max(1, Math.floor(CHUNK_BYTES / frameBytes));
  const walk: Walk = {
    header,
    sums: header.sums,
    committed: 0,
    bad: undefined,
    commitAfterBad: false,
    synced: false,
  };
  const chunk = Buffer.alloc(framesAtOnce * frameBytes);
  for (let index = 0; index < frames && !walk.synced; index += framesAtOnce) {
    const wanted = Math.min(framesAtOnce, frames - index) * frameBytes;
    const read = readSync(descriptor, chunk, 0, wanted, HEADER_BYTES + index * frameBytes);
    for (let at = 0; at + frameBytes <= read; at += frameBytes) {
      takeFrame(walk, index + at / frameBytes, chunk.subarray(at, at + frameBytes));
    }
    if (read < wanted) break;
  }
  return { frames: walk.committed, damage: damageIn(walk, frameBytes) };
}

function takeFrame(walk: Walk, index: number, frame: Buffer): void {
  const { salts, native } = walk.header;
  const ofThisLog = frame.readUInt32BE(8) === salts[0] && frame.readUInt32BE(12) === salts[1];
  const commits = frame.readUInt32BE(4) !== 0;
  if (!walk.bad) {
    const words = wordsOf(frame, native);
    const stored = { first: frame.readInt32BE(16), second: frame.readInt32BE(20) };
    const header = sumWords(words, 0, SUMMED_HEADER_WORDS, walk.sums);
    const sums = sumWords(words, FRAME_HEADER_BYTES / 4, words.length, header);
    if (ofThisLog && sameSums(sums, stored)) {
      walk.sums = sums;
      if (commits) walk.committed = index + 1;
      return;
    }
    walk.bad = { index, change: changeIn(index, frame, sums, stored, ofThisLog) };
    walk.commitAfterBad = ofThisLog && commits;
    return;
  }
  if (!ofThisLog) return;
  if (walk.commitAfterBad) walk.synced = true;
  else walk.commitAfterBad = commits;
}

/** What was changed in the frame, if it is no more than a word; the sums do not cover the salts. */
function changeIn(
  index: number,
  frame: Buffer,
  found: Sums,
  stored: Sums,
  ofThisLog: boolean,
): string | undefined {
  if (!ofThisLog) return sameSums(found, stored) ? "its salts were changed" : undefined;
  if (found.second === stored.second) return "its checksum was changed";
  const pageWords = (frame.length - FRAME_HEADER_BYTES) / 4;
  const change = changedWord(found, stored, SUMMED_HEADER_WORDS + pageWords);
  if (!change) return undefined;
  const isHeader = change.index < SUMMED_HEADER_WORDS;
  const offset = isHeader ? change.index * 4 : FRAME_HEADER_BYTES + (change.index - SUMMED_HEADER_WORDS) * 4;
  // Where the write was cut short in a file that was growing, a sector of zeros can lack a single word.
  const sector = offset - ((HEADER_BYTES + index * frame.length + offset) % SECTOR_BYTES);
  const around = frame.subarray(Math.max(0, sector), sector + SECTOR_BYTES);
  if (!isHeader && around.every((byte) => byte === 0)) return undefined;
  return `the 4 bytes from byte ${offset} of the frame on were changed`;
}

function damageIn({ bad, synced, committed }: Walk, frameBytes: number): string | undefined {
  if (!bad || (!synced && bad.change === undefined)) return undefined;
  const where = `frame ${bad.index + 1} (at byte ${HEADER_BYTES + bad.index * frameBytes}) is not what was written`;
  const why = synced ? "although later transactions follow it" : (bad.change ?? "");
  return `${where}, ${why}; ${committed} frames before it are whole`;
}

/** The words in the order the sums were made in; `bytes` starts at a multiple of 4 in its memory, or is copied. */
function wordsOf(bytes: Buffer, native: boolean): Int32Array {
  const usable = native && bytes.byteOffset % 4 === 0 ? bytes : Buffer.from(new Uint8Array(bytes).buffer);
  if (!native) usable.swap32();
  return new Int32Array(usable.buffer, usable.byteOffset, usable.length >> 2);
}
