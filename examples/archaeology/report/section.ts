/** Owns the frame every section shares: heading, lead, status mark, empty state, subsection and figure. */
import { markup, type Content, type Markup } from "./markup.ts";

/** How a section stands; each has its own shape, so that colour is never the only sign. */
export type Status = "plain" | "good" | "watch" | "act";

export interface Section {
  readonly id: string;
  readonly title: string;
  /** Short figure for the table of contents. */
  readonly figure?: string;
  readonly status: Status;
  /** One or two sentences that say the finding. */
  readonly lead: Content;
  readonly body?: Content;
}

/** The section with its heading and lead. */
export function renderSection({ id, title, status, lead, body }: Section): Markup {
  const sign = status === "plain" ? undefined : markup` ${mark(status)}`;
  return markup`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}${sign}</h2>
<p class="lead">${lead}</p>
${body}
</section>
`;
}

/** A titled part of a section. */
export function part(title: string, body: Content): Markup {
  return markup`<div class="part"><h3>${title}</h3>
${body}</div>
`;
}

/** One sentence in place of a list or plot: what is absent and why. */
export function empty(sentence: Content): Markup {
  return markup`<p class="empty">${sentence}</p>\n`;
}

/** A plot with what it shows and how to read it. */
export function figure(plot: Content, caption: Content): Markup {
  return markup`<figure>${plot}<figcaption>${caption}</figcaption></figure>\n`;
}

/** The sign of a status: a tick, a triangle, a square with an exclamation mark, or a dot. */
export function mark(status: Status): Markup {
  const { word, shape } = marks[status];
  return markup`<svg class="mark ${status}" viewBox="0 0 16 16" role="img" aria-label="${word}"><title>${word}</title>${shape}</svg>`;
}

const marks: Record<Status, { readonly word: string; readonly shape: Markup }> = {
  plain: { word: "for information", shape: markup`<circle cx="8" cy="8" r="3"/>` },
  good: { word: "good", shape: markup`<path class="stroke" d="M3 8.5l3.5 3.5L13 4.5"/>` },
  watch: { word: "worth watching", shape: markup`<path d="M8 2l6.5 12h-13z"/>` },
  act: {
    word: "act on this",
    shape: markup`<rect x="1.5" y="1.5" width="13" height="13" rx="2"/><path class="cut" d="M8 4.2v4.6M8 10.8v1.4"/>`,
  },
};
