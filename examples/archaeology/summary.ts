/** What the terminal says of a finished study. */
import type { Excavation } from "./analysis/excavation.ts";
import { count, countOf } from "./report/numbers.ts";

/** The figures of a summary; small, so that they can be part of a step's output. */
export interface Figures {
  readonly root: string;
  readonly files: number;
  readonly read: number;
  readonly skipped: number;
  readonly code: number;
  /** Those with the most code, at most three. */
  readonly languages: readonly { readonly language: string; readonly code: number }[];
  readonly cycles: number;
  readonly duplicates: number;
  readonly secrets: number;
  readonly todos: number;
  /** A string says why there is no history. */
  readonly history: { readonly commits: number; readonly authors: number } | string;
}

export function figuresOf(excavation: Excavation, noHistory: string): Figures {
  const { root, files, coverage, skipped, languages, totals } = excavation;
  const { graph, duplicates, secrets, todos, history } = excavation;
  return {
    root,
    files,
    read: coverage.read,
    skipped: skipped.total,
    code: totals.code,
    languages: languages.slice(0, 3).map(({ language, code }) => ({ language, code })),
    cycles: graph.cyclesTotal,
    duplicates: duplicates.total,
    secrets: secrets.total,
    todos: todos.total,
    history: history ? { commits: history.commits, authors: history.authors } : noHistory,
  };
}

export function summaryLines(figures: Figures): string[] {
  const { root, files, read, skipped, code, languages, history } = figures;
  if (files === 0) return [`${root}: no file to study, ${count(skipped)} skipped`];
  const unread = files === read ? "" : `, ${count(files - read)} of them unreadable`;
  const most = languages.map((it) => `${it.language} ${count(it.code)}`).join(", ");
  const past =
    typeof history === "string"
      ? `no git history (${history})`
      : `${countOf(history.commits, "commit")} by ${countOf(history.authors, "author")}`;
  return [
    `${root}: ${countOf(files, "file")}${unread}; ${countOf(code, "line")} of code (${most || "no known language"})`,
    `${countOf(figures.cycles, "import cycle")}, ${countOf(figures.duplicates, "duplicate block")}, ` +
      `${countOf(figures.secrets, "likely secret")}, ${countOf(figures.todos, "to-do")}; ${past}`,
  ];
}
