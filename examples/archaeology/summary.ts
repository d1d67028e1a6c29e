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
      : `${count(history.commits, "commit")} by ${count(history.authors, "author")}`;
  return [
    `${root}: ${count(files, "file")}${unread}; ${count(code, "line")} of code (${most || "no known language"})`,
    `${count(figures.cycles, "import cycle")}, ${count(figures.duplicates, "duplicate block")}, ` +
      `${count(figures.secrets, "likely secret")}, ${count(figures.todos, "to-do")}; ${past}`,
  ];
}

function count(value: number, noun: string): string {
  return `${number(value)} ${noun}${value === 1 ? "" : "s"}`;
}

function number(value: number): string {
  return value.toLocaleString("en");
}
