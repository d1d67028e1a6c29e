/** Owns the section on marks that the authors left for later. */
import type { Excavation, TodoSummary } from "../../analysis/excavation.ts";
import { allLines } from "../all-lines.ts";
import { shareBar } from "../charts/share-bar.ts";
import { shortenEnd } from "../escape.ts";
import { markup, type Markup } from "../markup.ts";
import { count, countOf, ratio } from "../numbers.ts";
import { fullText, nameText, pathText } from "../path-text.ts";
import { empty, part, type Section } from "../section.ts";
import { table } from "../table.ts";

/** Marks by tag, and where they are. */
export function todosSection(excavation: Excavation): Section {
  const { todos } = excavation;
  const frame = { id: "todos", title: "To do", figure: count(todos.total), status: "plain" } as const;
  if (todos.total === 0) {
    const body = empty("There is nothing to list: no comment carries such a mark.");
    return { ...frame, lead: "The authors left no marks for later.", body };
  }
  const perThousand = ratio(todos.total, allLines(excavation).code) * 1000;
  const [first] = todos.byTag;
  const most = first === undefined || todos.byTag.length < 2 ? "" : `, most of them ${first.tag}`;
  const lead = `The authors left ${countOf(todos.total, "mark")} for later${most}: ${perThousand.toFixed(1)} per ${count(1000)} lines of code.`;
  const body = markup`<div class="pair uneven">${part("By tag", tagTable(todos))}
${part("Places, the urgent first", placeTable(todos))}</div>`;
  return { ...frame, lead, body };
}

function tagTable({ byTag }: TodoSummary): Markup {
  const most = Math.max(1, ...byTag.map(({ places }) => places));
  return table<TodoSummary["byTag"][number]>({
    label: "Marks by tag",
    rows: byTag,
    columns: [
      { heading: "Tag", kind: "word", cell: ({ tag }) => nameText(tag, 20) },
      {
        heading: "",
        kind: "bar",
        cell: ({ places }) => shareBar([{ fill: "first", share: places / most }], count(places)),
      },
      { heading: "Places", kind: "number", cell: ({ places }) => count(places) },
    ],
  });
}

function placeTable({ places, total }: TodoSummary): Markup {
  return table<TodoSummary["places"][number]>({
    label: "Places of marks",
    rows: places,
    shown: 10,
    total,
    columns: [
      { heading: "Tag", kind: "word", cell: ({ tag }) => nameText(tag, 20) },
      {
        heading: "Text and place",
        kind: "path",
        cell: ({ text, path, line }) => markup`${remark(text)}${pathText(path, line)}`,
      },
    ],
  });
}

function remark(text: string): Markup | undefined {
  const whole = text.replace(/\s+/g, " ").trim();
  if (whole === "") return undefined;
  const shown = shortenEnd(whole, 160);
  const title = shown === whole ? undefined : markup` title="${fullText(whole)}"`;
  return markup`<bdi class="remark"${title}>${shown}</bdi><br>`;
}
