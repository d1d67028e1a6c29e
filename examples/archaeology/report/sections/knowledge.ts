/** Owns the section on knowledge: who wrote what, and which files only one person knows. */
import type { AuthorKnowledge, Excavation, KnowledgeSummary } from "../../analysis/excavation.ts";
import { shareBar } from "../charts/share-bar.ts";
import { markup, type Markup } from "../markup.ts";
import { count, countOf, percent, ratio } from "../numbers.ts";
import { nameText, pathText } from "../path-text.ts";
import { empty, part, type Section, type Status } from "../section.ts";
import { table } from "../table.ts";
import { withoutHistory } from "./hotspots.ts";

/** Authors and the files that hang on one of them. */
export function knowledgeSection({ knowledge, history }: Excavation): Section {
  const frame = { id: "knowledge", title: "Knowledge", status: "plain" } as const;
  if (knowledge === undefined || knowledge.authors.length === 0) {
    return { ...frame, lead: "Nothing is known about who wrote this code.", body: withoutHistory("authors") };
  }
  const authors = Math.max(history?.authors ?? 0, knowledge.authors.length);
  return {
    ...frame,
    figure: count(authors),
    status: statusOf(knowledge, authors),
    lead: lead(knowledge, authors),
    body: markup`<div class="pair">${part("Authors", authorTable(knowledge.authors, authors))}
${part("Largest files with a single author", riskTable(knowledge))}</div>`,
  };
}

/** One person may leave any project of one; of several, losing half of the knowledge with one is worth watching. */
function statusOf({ busFactor }: KnowledgeSummary, authors: number): Status {
  return busFactor === 1 && authors > 1 ? "watch" : "plain";
}

function lead({ busFactor, singleAuthorFiles, knownFiles }: KnowledgeSummary, authors: number): string {
  const half =
    authors === 1
      ? "One author wrote all of it."
      : `Half of all changed lines come from ${count(busFactor)} of ${countOf(authors, "author")}.`;
  const share = percent(ratio(singleAuthorFiles, knownFiles));
  return `${half} In ${count(singleAuthorFiles)} of ${countOf(knownFiles, "file")} with history (${share}), one author wrote at least 80% of the changed lines.`;
}

function authorTable(rows: readonly AuthorKnowledge[], total: number): Markup {
  const most = Math.max(0.01, ...rows.map(({ share }) => share));
  return table<AuthorKnowledge>({
    label: "Authors, most changed lines first",
    rows,
    shown: 10,
    total,
    columns: [
      { heading: "Author", kind: "word", cell: ({ name }) => nameText(name, 22) },
      {
        heading: "Share of lines",
        kind: "bar",
        cell: ({ share }) => shareBar([{ fill: "first", share: share / most }], percent(share)),
      },
      { heading: "", kind: "number", cell: ({ share }) => percent(share) },
      { heading: "Commits", kind: "number", cell: ({ commits }) => count(commits) },
      { heading: "Files", kind: "number", cell: ({ files }) => count(files) },
      { heading: "Owned", kind: "number", cell: ({ ownedFiles }) => count(ownedFiles) },
    ],
  });
}

function riskTable({ atRisk }: KnowledgeSummary): Markup {
  if (atRisk.length === 0) return empty("None: no file was mostly written by a single author.");
  return table<KnowledgeSummary["atRisk"][number]>({
    label: "Largest files with a single author",
    rows: atRisk,
    shown: 10,
    columns: [
      { heading: "File", kind: "path", cell: ({ path }) => pathText(path) },
      { heading: "Code", kind: "number", cell: ({ code }) => count(code) },
      { heading: "Author", kind: "word", cell: ({ author }) => nameText(author, 20) },
      { heading: "Share", kind: "number", cell: ({ share }) => percent(share) },
    ],
  });
}
