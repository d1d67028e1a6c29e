/**
 * The shape of a finished study of a folder: everything a report shows, and nothing it must compute.
 * Values are plain JSON. Paths are relative to the studied folder with `/`; lists are cut to a stated length and
 * say how many entries there were. It owns no computation.
 */

export interface Excavation {
  /** Name of the studied folder (its last path segment). */
  root: string;
  /** ISO 8601, UTC. */
  generatedAt: string;
  /** Number of files listed for study. */
  files: number;
  skipped: SkippedSummary;
  coverage: Coverage;
  /**
   * Most code first, named and counted as cloc does unless told otherwise: of files with the same content only the
   * first by path counts, empty files don't. `totals` and `folders` follow it.
   */
  languages: LanguageTotal[];
  /** As `languages`, but with every copy. */
  languagesWithCopies: LanguageTotal[];
  totals: Totals;
  /** Folders down to two levels, most code first (at most 100); a folder includes what lies below it. */
  folders: FolderTotal[];
  /** Longest first, at most 20. */
  largestFunctions: FunctionPlace[];
  /** Most deeply nested first, at most 20. */
  deepest: FunctionPlace[];
  todos: TodoSummary;
  secrets: SecretSummary;
  duplicates: DuplicateSummary;
  graph: GraphSummary;
  hotspots: HotspotSummary;
  /** Absent when the folder has no git history. */
  knowledge?: KnowledgeSummary;
  /** Absent when the folder has no git history. */
  history?: HistorySummary;
}

export interface SkippedFile {
  path: string;
  /** `binary`, `larger than 100 MB`, `symbolic link`, `not a regular file` or `unreadable: CODE`. */
  reason: string;
}

export interface SkippedSummary {
  total: number;
  byReason: { reason: string; files: number }[];
  /** In path order, at most 200. */
  places: SkippedFile[];
}

export interface Coverage {
  listed: number;
  /** Files that were read and analysed. */
  read: number;
  /** `read / listed`; 1 for an empty folder. */
  ratio: number;
  /** Listed but not analysed, at most 100. */
  failed: { path: string; error: string }[];
}

export interface LanguageTotal {
  language: string;
  files: number;
  code: number;
  comment: number;
  blank: number;
}

export interface Totals {
  /** Files in a recognised language; as its lines and functions, the sum of what `languages` counts. */
  files: number;
  code: number;
  comment: number;
  blank: number;
  functions: number;
  /** Of all files read, recognised or not, copies included. */
  bytes: number;
  /** Files read, copies included, whose language is not recognised; they count in no language. */
  unrecognised: number;
}

export interface FolderTotal {
  /** `.` for the root. */
  path: string;
  files: number;
  code: number;
  /** Commits that touched a file below the folder, summed over files; 0 without history. */
  changes: number;
  /** The language with the most code in the folder. */
  language: string;
  /** The same of the files that lie directly in it; `null` when there are none. */
  ownLanguage: string | null;
}

export interface FunctionPlace {
  path: string;
  name: string;
  /** First line, from 1. */
  line: number;
  lines: number;
  /** Levels of blocks inside the function body; 0 for straight code. */
  nestingMax: number;
}

export interface TodoSummary {
  total: number;
  /** Most frequent first. */
  byTag: { tag: string; places: number }[];
  /** FIXME, BUG and the like first, then in path order; at most 100. */
  places: { path: string; line: number; tag: string; text: string }[];
}

export interface SecretSummary {
  total: number;
  /** At most 100. `masked` never holds more than four characters of the value. */
  places: { path: string; line: number; kind: string; masked: string }[];
}

export interface DuplicateSummary {
  /** Number of groups before the list was cut. */
  total: number;
  /** Lines that are a copy of lines elsewhere, the first place of each group not counted. */
  duplicatedLines: number;
  /** Longest first, at most 50. */
  groups: DuplicateGroup[];
}

export interface DuplicateGroup {
  /** Lines of the longest place. */
  lines: number;
  /** At least two, in path order, at most 20. */
  places: { path: string; startLine: number; endLine: number }[];
}

export interface GraphSummary {
  /** Files that import or are imported. */
  nodes: number;
  edges: number;
  /** Relative imports that lead to no listed file. */
  unresolved: number;
  /** Groups of files that lead to each other, largest first, at most 50. */
  cycles: ImportCycle[];
  /** Number of cycles before the list was cut. */
  cyclesTotal: number;
  /** At most 20. */
  mostImported: { path: string; importedBy: number }[];
  /** At most 20. */
  mostImporting: { path: string; imports: number }[];
  /** External packages by the number of files that import them, at most 30. */
  packages: { name: string; files: number }[];
  /** The most connected files (at most 150) and the edges among them as index pairs `[from, to]`, for drawing. */
  drawing: { paths: string[]; edges: [number, number][] };
}

export interface ImportCycle {
  /** All files of the group, in path order. */
  files: string[];
  /** A shortest circle within it: each file imports the next, the last the first. */
  ring: string[];
}

export interface HotspotSummary {
  /** `complexity` alone when there is no history to take churn from. */
  basis: "churn-and-complexity" | "complexity";
  /** Highest score first, at most 30. */
  places: Hotspot[];
}

export interface Hotspot {
  path: string;
  language: string;
  /** 0 to 1, relative to the hottest file. */
  score: number;
  /** Commits that touched the file; 0 without history. */
  commits: number;
  /** Lines added plus deleted; 0 without history. */
  churn: number;
  code: number;
  /** Code lines weighted by the deepest nesting. */
  complexity: number;
}

export interface KnowledgeSummary {
  /** Most lines first, at most 50. */
  authors: AuthorKnowledge[];
  /** Authors that together wrote at least half of the changed lines: lose them and half of the knowledge is gone. */
  busFactor: number;
  /** Files of which one author wrote at least 80 % of the changed lines. */
  singleAuthorFiles: number;
  /** Files with history among the listed ones. */
  knownFiles: number;
  /** The largest single-author files, at most 30. */
  atRisk: { path: string; author: string; share: number; code: number }[];
}

export interface AuthorKnowledge {
  name: string;
  commits: number;
  /** Listed files the author touched. */
  files: number;
  /** Lines the author added or deleted in listed files. */
  lines: number;
  /** Part of all changed lines, 0 to 1. */
  share: number;
  /** Files of which the author wrote at least 80 % of the changed lines. */
  ownedFiles: number;
}

export interface HistorySummary {
  commits: number;
  /** True when the history was longer than the limit and only its newest part was read. */
  truncated: boolean;
  /** ISO 8601, UTC. */
  firstAt: string;
  /** ISO 8601, UTC. */
  lastAt: string;
  authors: number;
  /** Months as `2026-01`, oldest first, months without commits included as 0. */
  commitsByMonth: { month: string; commits: number }[];
}
