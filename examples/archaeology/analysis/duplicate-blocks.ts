/**
 * Fingerprints of blocks of code, to find copies between files without keeping the code.
 * Method: hash each line without its white space, leave out lines that say little, hash every window of six lines,
 * keep the smallest hash of each run of windows (winnowing: Schleimer, Wilkerson, Aiken, "Winnowing: Local Algorithms
 * for Document Fingerprinting", SIGMOD 2003), and of these at most 128, the smallest again. Two files that share a block of
 * eleven or more telling lines share a fingerprint; shorter ones often do.
 */

/** Telling lines in a block. */
const linesPerBlock = 6;
const windowsPerChoice = 6;
const fingerprintsMax = 128;
/** A block with gaps may span this many lines of the file. */
const spanMax = 64;

/** Languages in which repetition is the nature of the content. */
const isRepetitive = new Set([
  "JSON",
  "Text",
  "SVG",
  "Markdown",
  "PO File",
  "XML",
  "diff",
  "YAML",
  "reStructuredText",
  "Properties",
]);

/**
 * Pairs `hash, startLine * 64 + lines - 1`, by line. A hash is an integer below 2^44: among a million, a chance
 * meeting of two has a probability of about 3 %.
 */
export function fingerprintBlocks(text: string, language: string): number[] {
  if (isRepetitive.has(language)) return [];
  const { hashes, lines } = tellingLines(text);
  const count = hashes.length - linesPerBlock + 1;
  if (count < 1) return [];
  const windows = Array.from({ length: count }, (_, start) => windowHash(hashes, start));
  let chosen = winnow(windows);
  if (chosen.length > fingerprintsMax) {
    const smallest = chosen
      .toSorted((a, b) => (windows[a] ?? 0) - (windows[b] ?? 0))
      .slice(0, fingerprintsMax);
    chosen = smallest.toSorted((a, b) => a - b);
  }
  return chosen.flatMap((index) => {
    const start = lines[index] ?? 1;
    const span = (lines[index + linesPerBlock - 1] ?? start) - start;
    return span < spanMax ? [windows[index] ?? 0, start * spanMax + span] : [];
  });
}

/** Start and end line of the second number of a pair. */
export function placeOf(packed: number): { startLine: number; endLine: number } {
  const startLine = Math.floor(packed / spanMax);
  return { startLine, endLine: startLine + (packed % spanMax) };
}

/** Hashes of the lines with at least eight characters that are not blank nor all marks, and that import nothing. */
function tellingLines(text: string): { hashes: number[]; lines: number[] } {
  const hashes: number[] = [];
  const lines: number[] = [];
  let line = 0;
  for (let start = 0; start < text.length;) {
    line += 1;
    let hash = 0x811c9dc5;
    let filled = 0;
    let letters = 0;
    let at = start;
    let first = 0;
    for (; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === 10) break;
      if (code <= 32) continue;
      if (filled === 0) first = code;
      filled += 1;
      if (code >= 97 && code <= 122) letters += 1;
      hash = Math.imul(hash ^ code, 0x01000193);
    }
    if (filled >= 8 && letters >= 4 && !isCommentOrImport(text, start, first)) {
      hashes.push(hash);
      lines.push(line);
    }
    start = at + 1;
  }
  return { hashes, lines };
}

/** Licence headers and lists of imports are alike everywhere and are no copied code. */
function isCommentOrImport(text: string, start: number, first: number): boolean {
  if (first === 42 || first === 35) return true;
  if (first === 47) return /^\s*\/[/*]/.test(text.slice(start, start + 200));
  return first === 105 && /^\s*(?:import|include)\b/.test(text.slice(start, start + 200));
}

function windowHash(hashes: number[], start: number): number {
  let low = 0x9e3779b9;
  let high = 0x85ebca6b;
  for (let index = start; index < start + linesPerBlock; index += 1) {
    const hash = hashes[index] ?? 0;
    low = Math.imul(low ^ hash, 0x01000193);
    low ^= low >>> 15;
    high = Math.imul(high ^ hash, 0xc2b2ae35);
    high ^= high >>> 13;
  }
  return (high & 0xfff) * 2 ** 32 + (low >>> 0);
}

/** Indexes of the smallest hash, the last one if equal, in every run of windows. */
function winnow(windows: number[]): number[] {
  const chosen: number[] = [];
  let last = -1;
  const runs = Math.max(1, windows.length - windowsPerChoice + 1);
  for (let start = 0; start < runs; start += 1) {
    const end = Math.min(start + windowsPerChoice, windows.length);
    let smallest = start;
    for (let index = start + 1; index < end; index += 1) {
      if ((windows[index] ?? 0) <= (windows[smallest] ?? 0)) smallest = index;
    }
    if (smallest !== last) chosen.push(smallest);
    last = smallest;
  }
  return chosen;
}
