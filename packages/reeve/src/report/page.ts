/**
 * The whole page of a report: one file that asks for nothing. Its policy forbids scripts and every connection, so that it
 * stays so whatever stands in it. The colours are the dashboard's.
 */
import { existsSync, readFileSync } from "node:fs";
import { dateText, offsetText } from "../output/duration.ts";
import { Html, html } from "./html.ts";

/** The later ones amend the earlier. */
const STYLES = ["report.css", "narrow-and-paper.css"];

export interface Page {
  readonly title: string;
  /** What kind of thing it is about, such as "run". */
  readonly kind: string;
  readonly body: Html;
  /** When it was made, in epoch milliseconds. */
  readonly at: number;
}

export function pageText({ title, kind, body, at }: Page): string {
  const style = new Html([colours(), ...STYLES.map(textOf)].join("\n"));
  return `<!doctype html>\n${String(
    html`<html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · ${kind} · Reeve</title>
        <style>
          ${style}
        </style>
      </head>
      <body>
        <main>
          <header class="head">
            <p class="kind">${kind}</p>
            <h1>${title}</h1>
          </header>
          ${body}
          <footer>
            Made by reeve report on ${dateText(at)} (${offsetText(at)}); times are of the machine that made
            it.
          </footer>
        </main>
      </body>
    </html> `,
  )}`;
}

/** The palette for both schemes; on paper it is the light one. */
function colours(): string {
  // The build puts a copy of the dashboard's file beside this module.
  const beside = new URL("./tokens.css", import.meta.url);
  const own = new URL("../../../dashboard/src/styles/tokens.css", import.meta.url);
  const tokens = readFileSync(existsSync(beside) ? beside : own, "utf8");
  return tokens.replace(
    /:root\[data-theme="dark"\]\s*(\{[^}]*\})/,
    (_, block: string) => `@media screen and (prefers-color-scheme: dark) { :root ${block} }`,
  );
}

function textOf(name: string): string {
  return readFileSync(new URL(name, import.meta.url), "utf8");
}
