/** Owns the few sentences at the top: what matters most, computed from the figures. Three to five of them. */
import type { Excavation } from "../../analysis/excavation.ts";
import { allLines } from "../all-lines.ts";
import { markup, type Markup } from "../markup.ts";
import { count, countOf, percent, ratio } from "../numbers.ts";
import { nameText, pathText } from "../path-text.ts";

/** The sentences, each a finding; one alone when there was nothing to read. */
export function summarySentences(excavation: Excavation): Markup[] {
  if (excavation.coverage.read === 0) return [nothingRead(excavation)];
  const found = [size, hotspot, structure, people, secrets].map((say) => say(excavation));
  return found.filter((sentence) => sentence !== undefined);
}

function nothingRead({ files, root }: Excavation): Markup {
  if (files === 0) return markup`There is no file to study in ${nameText(root)}.`;
  return markup`None of the ${countOf(files, "file")} in ${nameText(root)} could be read, so there is nothing to show.`;
}

function size({ languages, totals, root }: Excavation): Markup {
  const [largest] = languages;
  if (largest === undefined) {
    return markup`${nameText(root)} holds ${countOf(totals.unrecognised, "file")}, none in a language this study knows.`;
  }
  const share = percent(ratio(largest.code, totals.code));
  const main =
    languages.length === 1
      ? markup`, all of it ${largest.language}`
      : markup` in ${count(languages.length)} languages; ${largest.language} is the largest with ${share}`;
  return markup`${nameText(root)} holds <b>${countOf(totals.code, "line")} of code</b> in ${countOf(totals.files, "file")}${main}.`;
}

function hotspot({ hotspots }: Excavation): Markup | undefined {
  const [worst] = hotspots.places;
  if (worst === undefined) return undefined;
  if (hotspots.basis === "complexity") {
    return markup`The most complex file is ${pathText(worst.path)} with ${countOf(worst.code, "line")} of code; there is no git history to tell how often it changes.`;
  }
  return markup`The hottest file is ${pathText(worst.path)}: complex, and touched by <b>${countOf(worst.commits, "commit")}</b> that changed ${countOf(worst.churn, "line")}.`;
}

function structure(excavation: Excavation): Markup | undefined {
  const { graph, duplicates } = excavation;
  const lines = allLines(excavation);
  const copies =
    duplicates.duplicatedLines === 0
      ? "no longer passage is a copy of another"
      : `${countOf(duplicates.duplicatedLines, "line is a copy", "lines are copies")} of others (${percent(ratio(duplicates.duplicatedLines, lines.code + lines.comment))})`;
  if (graph.nodes === 0) return duplicates.total === 0 ? undefined : markup`In all, ${copies}.`;
  const largest = graph.cycles[0]?.files.length ?? 0;
  const cycles =
    graph.cyclesTotal === 0
      ? markup`No files import each other in a circle`
      : markup`<b>${countOf(graph.cyclesTotal, "group")} of files</b> ${graph.cyclesTotal === 1 ? "imports" : "import"} each other in a circle, the largest of ${countOf(largest, "file")}`;
  return markup`${cycles}, and ${copies}.`;
}

function people({ knowledge, history }: Excavation): Markup | undefined {
  const [first] = knowledge?.authors ?? [];
  if (knowledge === undefined || history === undefined || first === undefined) return undefined;
  if (history.authors === 1) return markup`All of it was written by one author, ${nameText(first.name)}.`;
  const lone = percent(ratio(knowledge.singleAuthorFiles, knowledge.knownFiles));
  const half =
    knowledge.busFactor === 1
      ? markup`<b>One of ${count(history.authors)} authors</b>, ${nameText(first.name)}, wrote ${percent(first.share)} of all changed lines`
      : markup`<b>${count(knowledge.busFactor)} of ${count(history.authors)} authors</b> wrote half of all changed lines`;
  return markup`${half}, and ${lone} of the files are mostly the work of a single person.`;
}

function secrets({ secrets }: Excavation): Markup {
  if (secrets.total === 0) return markup`Nothing that looks like a password or key was found.`;
  const verb = secrets.total === 1 ? "looks" : "look";
  return markup`<b>${countOf(secrets.total, "place")}</b> ${verb} like a <a href="#secrets">password or key</a> and should be checked first.`;
}
