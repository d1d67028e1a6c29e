/** Owns the plot of hotspots: changed lines to the right, complexity upwards, the hottest files named. */
import type { Hotspot } from "../../analysis/excavation.ts";
import { neutralise } from "../escape.ts";
import { markup, type Content, type Markup } from "../markup.ts";
import { axisCount, count, countOf } from "../numbers.ts";
import { baseName, fullText } from "../path-text.ts";
import { inAllSizes, type Box, type Frame } from "./frame.ts";
import { placeLabels } from "./place-labels.ts";
import { logScale, type LogScale } from "./scale.ts";

interface Mark {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly radius: number;
  readonly place: Hotspot;
}

const labelsMax = {
  wide: { ticks: 9, characters: 34, names: 10 },
  middle: { ticks: 7, characters: 30, names: 8 },
  narrow: { ticks: 5, characters: 20, names: 5 },
} as const;

/** Churn against complexity on logarithmic axes. */
export function hotspotScatter(places: readonly Hotspot[]): Markup {
  const [hottest] = places;
  const top = hottest === undefined ? "" : ` The hottest is ${neutralise(fullText(hottest.path))}.`;
  const label = `Scatter plot of ${countOf(places.length, "file")}: changed lines against complexity.${top}`;
  return inAllSizes(label, { wide: 400, middle: 380, narrow: 340 }, (frame) => draw(places, frame));
}

function draw(places: readonly Hotspot[], frame: Frame): Content {
  const area: Box = { x: 46, y: 12, width: frame.width - 58, height: frame.height - 56 };
  const [right, bottom] = [area.x + area.width, area.y + area.height];
  const across = logScale(
    places.map(({ churn }) => churn),
    area.x,
    right,
    labelsMax[frame.size].ticks,
  );
  const upwards = logScale(
    places.map(({ complexity }) => complexity),
    bottom,
    area.y,
    7,
  );
  const marks = places.map((place): Mark => {
    const text = baseName(place.path, labelsMax[frame.size].characters);
    return {
      x: across.at(place.churn),
      y: upwards.at(place.complexity),
      text,
      radius: 3.5 + 4.5 * place.score,
      place,
    };
  });
  const named = placeLabels(marks.slice(0, labelsMax[frame.size].names), marks, area);
  return markup`${axes(across, upwards, area)}
${marks.toReversed().map(drawMark)}${named.map(({ x, y, text, anchor }) => markup`<text class="name" x="${x}" y="${y}" text-anchor="${anchor}">${text}</text>\n`)}`;
}

function axes(across: LogScale, upwards: LogScale, area: Box): Markup {
  const [right, bottom] = [area.x + area.width, area.y + area.height];
  const columns = across.ticks.map((tick) => {
    const x = across.at(tick);
    return markup`<path class="grid" d="M${x} ${area.y}V${bottom}"/><text class="tick" x="${x}" y="${bottom + 15}" text-anchor="middle">${axisCount(tick)}</text>`;
  });
  const rows = upwards.ticks.map((tick) => {
    const y = upwards.at(tick);
    return markup`<path class="grid" d="M${area.x} ${y}H${right}"/><text class="tick" x="${area.x - 6}" y="${y + 4}" text-anchor="end">${axisCount(tick)}</text>`;
  });
  return markup`${columns}${rows}<path class="axis" d="M${area.x} ${area.y}V${bottom}H${right}"/>
<text class="axis-name" x="${right}" y="${bottom + 34}" text-anchor="end">changed lines →</text>
<text class="axis-name" x="${area.x + 6}" y="${area.y + 8}">↑ complexity</text>`;
}

/** Size and fill follow the score, so that the hottest stand out without colour. */
function drawMark({ x, y, radius, place }: Mark): Markup {
  const hover = `${fullText(place.path)}: ${countOf(place.churn, "changed line")} in ${countOf(place.commits, "commit")}, complexity ${count(place.complexity)}`;
  const name = place.score >= 0.5 ? "dot hot" : "dot";
  return markup`<circle class="${name}" cx="${x}" cy="${y}" r="${radius}"><title>${hover}</title></circle>\n`;
}
