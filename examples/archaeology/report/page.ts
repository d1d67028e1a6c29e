/**
 * Owns the report: one HTML page that needs nothing but itself. No script, no address of another host, and a policy
 * in the page that forbids both even if an escape had been forgotten.
 *
 * Invariants: 1. the same excavation gives the same bytes; 2. every text of the studied folder goes through the
 * escaping template of `markup.ts`.
 */
import { createHash } from "node:crypto";
import type { Excavation } from "../analysis/excavation.ts";
import { neutralise } from "./escape.ts";
import { markup, toText, trusted, type Markup } from "./markup.ts";
import { mark, renderSection, type Section } from "./section.ts";
import { activitySection } from "./sections/activity.ts";
import { coverageSection } from "./sections/coverage.ts";
import { duplicatesSection } from "./sections/duplicates.ts";
import { hotspotsSection } from "./sections/hotspots.ts";
import { importsSection } from "./sections/imports.ts";
import { knowledgeSection } from "./sections/knowledge.ts";
import { languagesSection } from "./sections/languages.ts";
import { overview } from "./sections/overview.ts";
import { secretsSection } from "./sections/secrets.ts";
import { structureSection } from "./sections/structure.ts";
import { todosSection } from "./sections/todos.ts";
import { style } from "./style.ts";

const sections: readonly ((excavation: Excavation) => Section)[] = [
  languagesSection,
  structureSection,
  hotspotsSection,
  activitySection,
  knowledgeSection,
  importsSection,
  duplicatesSection,
  secretsSection,
  todosSection,
  coverageSection,
];

/** The whole page. Pure: the only time in it is `generatedAt`. */
export function renderReport(excavation: Excavation): string {
  const rendered = sections.map((section) => section(excavation));
  return toText(markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${neutralise(excavation.root)} – code archaeology</title>
<style>${trusted(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<div class="page">
${contents(rendered)}<main id="main">
${overview(excavation)}${rendered.map(renderSection)}<footer><p class="quiet">Made by the archaeology example of Reeve. This page holds everything it shows; it loads nothing and runs no script.</p></footer>
</main>
</div>
</body>
</html>
`);
}

const styleHash = createHash("sha256").update(style).digest("base64");
const contentPolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`;

function contents(rendered: readonly Section[]): Markup {
  const links = rendered.map(({ id, title, figure, status }) => {
    const sign = status === "plain" ? undefined : mark(status);
    const note = figure === undefined ? undefined : markup`<span class="figure">${figure}</span>`;
    return markup`<li><a href="#${id}">${title}<span class="end">${note}${sign}</span></a></li>\n`;
  });
  return markup`<nav aria-label="Contents"><ul>
<li><a href="#top">Overview</a></li>
${links}</ul></nav>
`;
}
