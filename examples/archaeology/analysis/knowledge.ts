/**
 * Who knows which part of the code, by lines added and deleted in the files that still exist. Authors are named as git
 * names them after `.mailmap`. It measures what was written, not what is understood.
 */

import type { AuthorKnowledge, KnowledgeSummary } from "./excavation.ts";
import { isReading } from "./file-finding.ts";
import type { FileFinding } from "./file-finding.ts";
import type { GitHistory } from "./git-history.ts";

const authorsMax = 50;
const atRiskMax = 30;
/** From this share of a file's changed lines on, one author counts as its only one. */
const ownerShareMin = 0.8;

/** Knowledge per author, and the files that hang on one of them. */
export function summariseKnowledge(findings: readonly FileFinding[], history: GitHistory): KnowledgeSummary {
  const commits = new Map(history.authors.map((author) => [author.name, author.commits]));
  const authors = new Map<string, AuthorKnowledge>();
  const atRisk: KnowledgeSummary["atRisk"] = [];
  let lines = 0;
  let knownFiles = 0;
  for (const finding of findings) {
    const file = history.files[finding.path];
    if (file === undefined) continue;
    knownFiles += 1;
    const shares = Object.entries(file.authors).toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    const total = shares.reduce((sum, [, count]) => sum + count, 0);
    for (const [name, count] of shares) {
      const author = authors.get(name) ?? emptyAuthor(name, commits.get(name) ?? 0);
      author.files += 1;
      author.lines += count;
      authors.set(name, author);
    }
    lines += total;
    const [owner, owned] = shares[0] ?? ["", 0];
    const share = total === 0 ? 0 : owned / total;
    if (share < ownerShareMin) continue;
    const author = authors.get(owner);
    if (author !== undefined) author.ownedFiles += 1;
    atRisk.push({
      path: finding.path,
      author: owner,
      share: round(share),
      code: isReading(finding) ? finding.code : 0,
    });
  }
  const ranked = [...authors.values()].toSorted((a, b) => b.lines - a.lines || (a.name < b.name ? -1 : 1));
  for (const author of ranked) author.share = lines === 0 ? 0 : round(author.lines / lines);
  atRisk.sort((a, b) => b.code - a.code || (a.path < b.path ? -1 : 1));
  return {
    authors: ranked.slice(0, authorsMax),
    busFactor: busFactorOf(ranked, lines),
    singleAuthorFiles: atRisk.length,
    knownFiles,
    atRisk: atRisk.slice(0, atRiskMax),
  };
}

function emptyAuthor(name: string, commits: number): AuthorKnowledge {
  return { name, commits, files: 0, lines: 0, share: 0, ownedFiles: 0 };
}

function busFactorOf(ranked: readonly AuthorKnowledge[], lines: number): number {
  let covered = 0;
  for (const [index, author] of ranked.entries()) {
    covered += author.lines;
    if (covered * 2 >= lines) return index + 1;
  }
  return ranked.length;
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
