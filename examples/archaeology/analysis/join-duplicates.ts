/**
 * Joins the fingerprints of all files to groups of places that hold the same code. Neighbouring blocks that the same
 * files share at the same distance become one range. A block in more than fifty places is a pattern, not a copy, and
 * is left out. Precision follows from the fingerprints: a range starts and ends at a chosen block.
 */

import { placeOf } from "./duplicate-blocks.ts";
import type { DuplicateGroup, DuplicateSummary } from "./excavation.ts";
import { isReading } from "./file-finding.ts";
import type { FileFinding } from "./file-finding.ts";

const groupsMax = 50;
const placesMax = 20;
const occurrencesMax = 50;
/** Blocks this many lines apart still belong to one range: fingerprints are a sample of the blocks. */
const gapMax = 12;

interface Place {
  path: string;
  startLine: number;
  endLine: number;
}

/** Groups of at least two places, longest first. */
export function joinDuplicates(findings: readonly FileFinding[]): DuplicateSummary {
  const groups = mergeBlocks(sharedBlocks(findings));
  const ranked = groups
    .map((places) => ({
      lines: Math.max(...places.map((place) => place.endLine - place.startLine + 1)),
      places,
    }))
    .toSorted(
      (a, b) => b.lines - a.lines || b.places.length - a.places.length || compare(a.places, b.places),
    );
  return {
    total: ranked.length,
    duplicatedLines: countCopiedLines(groups),
    groups: ranked.slice(0, groupsMax).map(cutPlaces),
  };
}

/** Blocks that occur at least twice, each as its places in path and line order. */
function sharedBlocks(findings: readonly FileFinding[]): Place[][] {
  const byHash = new Map<number, Place | Place[]>();
  for (const finding of findings) {
    if (!isReading(finding)) continue;
    for (let index = 0; index + 1 < finding.fingerprints.length; index += 2) {
      const hash = finding.fingerprints[index] ?? 0;
      const place = { path: finding.path, ...placeOf(finding.fingerprints[index + 1] ?? 0) };
      const known = byHash.get(hash);
      if (known === undefined) byHash.set(hash, place);
      else if (Array.isArray(known)) known.push(place);
      else byHash.set(hash, [known, place]);
    }
  }
  const shared: Place[][] = [];
  for (const places of byHash.values()) {
    if (!Array.isArray(places) || places.length > occurrencesMax) continue;
    const apart = withoutOverlaps(places.toSorted(comparePlace));
    if (apart.length > 1) shared.push(apart);
  }
  return shared.toSorted(compare);
}

/** Repeated lines match the block that starts a few lines on; that is one place. */
function withoutOverlaps(places: Place[]): Place[] {
  const kept: Place[] = [];
  for (const place of places) {
    const last = kept.at(-1);
    if (last === undefined || last.path !== place.path || place.startLine > last.endLine) kept.push(place);
  }
  return kept;
}

/** Blocks come by the line of their first place; those with the same files at the same distances grow together. */
function mergeBlocks(blocks: Place[][]): Place[][] {
  const merged: Place[][] = [];
  const growing = new Map<string, Place[]>();
  for (const block of blocks) {
    const key = block
      .map((place) => `${place.path}\0${place.startLine - (block[0]?.startLine ?? 0)}`)
      .join("\0");
    const group = growing.get(key);
    const last = group?.[0]?.endLine ?? 0;
    if (group !== undefined && (block[0]?.startLine ?? 0) <= last + gapMax) {
      for (const [index, place] of block.entries()) {
        const range = group[index];
        if (range !== undefined) range.endLine = Math.max(range.endLine, place.endLine);
      }
      continue;
    }
    const started = block.map((place) => ({ ...place }));
    growing.set(key, started);
    merged.push(started);
  }
  return merged;
}

/** Lines covered by places other than the first of their group; lines in several groups count once. */
function countCopiedLines(groups: readonly Place[][]): number {
  const rangesByPath = new Map<string, Place[]>();
  for (const places of groups) {
    for (const place of places.slice(1)) {
      const ranges = rangesByPath.get(place.path);
      if (ranges === undefined) rangesByPath.set(place.path, [place]);
      else ranges.push(place);
    }
  }
  let lines = 0;
  for (const ranges of rangesByPath.values()) {
    let covered = 0;
    for (const { startLine, endLine } of ranges.toSorted((a, b) => a.startLine - b.startLine)) {
      lines += Math.max(0, endLine - Math.max(covered, startLine - 1));
      covered = Math.max(covered, endLine);
    }
  }
  return lines;
}

function cutPlaces({ lines, places }: { lines: number; places: Place[] }): DuplicateGroup {
  return { lines, places: places.slice(0, placesMax) };
}

function compare(a: readonly Place[], b: readonly Place[]): number {
  const [first, second] = [a[0], b[0]];
  if (first === undefined || second === undefined) return 0;
  return comparePlace(first, second) || a.length - b.length;
}

function comparePlace(a: Place, b: Place): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  return a.startLine - b.startLine || a.endLine - b.endLine;
}
