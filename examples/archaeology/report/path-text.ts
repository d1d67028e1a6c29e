/** Owns how a path, a place in a file and a name look: never longer than a line or two, the whole on hover. */
import { neutralise, shortenEnd, shortenMiddle } from "./escape.ts";
import { markup, type Markup } from "./markup.ts";

const pathLengthMax = 72;
/** A hover text longer than this helps nobody and would let one hostile name fill the page. */
const titleLengthMax = 600;

/** A path: folders quiet, file name plain, breakable after each `/`; cut in the middle when long. */
export function pathText(path: string, line?: number): Markup {
  const whole = neutralise(path);
  const shown = shortenMiddle(whole, pathLengthMax);
  const cut = shown.lastIndexOf("/") + 1;
  const folders = shown
    .slice(0, cut)
    .split("/")
    .slice(0, -1)
    .map((folder) => markup`${folder}/<wbr>`);
  const place = line === undefined ? undefined : markup`<span class="line">:${String(line)}</span>`;
  const inside = markup`${cut === 0 ? undefined : markup`<span class="dir">${folders}</span>`}${shown.slice(cut)}${place}`;
  if (shown === whole) return markup`<code class="path">${inside}</code>`;
  return markup`<code class="path" title="${fullText(path)}">${inside}</code>`;
}

/** The last segment of a path, cut to `lengthMax` characters. */
export function baseName(path: string, lengthMax: number): string {
  return shortenMiddle(neutralise(path.slice(path.lastIndexOf("/") + 1)), lengthMax);
}

/** A name from the studied folder (author, function, package), kept apart from the direction of the text around. */
export function nameText(name: string, lengthMax = 48): Markup {
  const whole = neutralise(name.trim());
  const shown = shortenEnd(whole, lengthMax);
  if (shown === "") return markup`<i class="quiet">no name</i>`;
  return shown === whole
    ? markup`<bdi>${shown}</bdi>`
    : markup`<bdi title="${fullText(name)}">${shown}</bdi>`;
}

/** The whole text for a hover title. */
export function fullText(text: string): string {
  return shortenMiddle(neutralise(text), titleLengthMax);
}
