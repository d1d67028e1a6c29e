/** What the terminal says of a finished study. */
import type { Excavation } from "./analysis/excavation.ts";

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
  const { root, files, coverage, skipped, graph, duplicates, secrets, todos, history } = excavation;
  const languages = excavation.languagesWithoutCopies;
  return {
    root,
    files,
    read: coverage.read,
    skipped: skipped.total,
    code: languages.reduce((sum, language) => sum + language.code, 0),
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
  if (files === 0) return [`${root}: no file to study, ${number(skipped)} skipped`];
  const unread = files === read ? "" : `, ${number(files - read)} of them unreadable`;
  const most = languages.map((it) => `${it.language} ${number(it.code)}`).join(", ");
  const past =
    typeof history === "string"
      ? `no git history (${history})`
      : `${number(history.commits)} commits by ${number(history.authors)} authors`;
  return [
    `${root}: ${number(files)} files${unread}; ${number(code)} lines of code (${most || "no known language"})`,
    `${number(figures.cycles)} import cycles, ${number(figures.duplicates)} duplicate blocks, ` +
      `${number(figures.secrets)} likely secrets, ${number(figures.todos)} to-dos; ${past}`,
  ];
}

function number(value: number): string {
  return value.toLocaleString("en");
}
