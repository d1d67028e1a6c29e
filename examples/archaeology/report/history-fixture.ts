/** Owns the part of made-up excavations that comes from a git history. */
import type { Excavation, HistorySummary, KnowledgeSummary } from "../analysis/excavation.ts";
import type { Chance } from "./seeded-chance.ts";

const people = [
  "Ada Okafor",
  "Bram de Vries",
  "Chloé Martin",
  "Dmitri Petrov",
  "עדן לוי",
  "Mei-Ling Chen",
  "J. R. Featherstonehaugh-Cholmondeley",
];

/** Hotspots; by complexity alone without history. */
export function makeHotspots(
  paths: readonly string[],
  codeTotal: number,
  hasHistory: boolean,
  chance: Chance,
): Excavation["hotspots"] {
  const places = paths.slice(0, 30).map((path) => {
    const code = 40 + Math.floor(chance() ** 2 * Math.min(2400, codeTotal * 0.2));
    const complexity = Math.round(code * (1 + chance() * 6));
    const commits = hasHistory ? 3 + Math.floor(chance() ** 2 * 300) : 0;
    const churn = commits * Math.round(8 + chance() * 40);
    return {
      path,
      language: "TypeScript",
      score: complexity * (hasHistory ? churn : 1),
      commits,
      churn,
      code,
      complexity,
    };
  });
  const most = Math.max(1, ...places.map(({ score }) => score));
  return {
    basis: hasHistory ? "churn-and-complexity" : "complexity",
    places: places
      .map((place) => ({ ...place, score: place.score / most }))
      .toSorted((left, right) => right.score - left.score),
  };
}

/** Commits and authors with a long tail. */
export function makeHistory(
  paths: readonly string[],
  { files, months, authors }: { readonly files: number; readonly months: number; readonly authors: number },
  chance: Chance,
): { history: HistorySummary; knowledge: KnowledgeSummary } {
  const commitsByMonth = Array.from({ length: months }, (_, index) => {
    const month = 2026 * 12 + 2 - (months - 1 - index);
    const name = `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}`;
    return { month: name, commits: chance() < 0.06 ? 0 : Math.floor(chance() ** 1.5 * files * 0.3) };
  });
  const commits = commitsByMonth.reduce((sum, month) => sum + month.commits, 0);
  const weights = Array.from({ length: authors }, (_, index) => 1 / (index + 1) ** 1.15);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const named = weights.slice(0, 50).map((weight, index) => {
    const share = weight / total;
    return {
      name: people[index] ?? `Contributor ${index}`,
      commits: Math.ceil(commits * share),
      files: Math.ceil(files * Math.min(0.9, share * 2)),
      lines: Math.ceil(files * 200 * share),
      share,
      ownedFiles: Math.floor(files * share * 0.6),
    };
  });
  let half = 0;
  let busFactor = 0;
  for (const { share } of named) {
    if (half >= 0.5) break;
    half += share;
    busFactor += 1;
  }
  const atRisk = paths.slice(40, 70).map((path, index) => {
    return {
      path,
      author: named[index % 5]?.name ?? "",
      share: 0.8 + chance() * 0.2,
      code: 1900 - index * 50,
    };
  });
  return {
    history: {
      commits,
      truncated: commits > 100_000,
      firstAt: `${commitsByMonth[0]?.month ?? ""}-03T08:00:00.000Z`,
      lastAt: "2026-03-13T17:45:00.000Z",
      authors,
      commitsByMonth,
    },
    knowledge: {
      authors: named,
      busFactor,
      singleAuthorFiles: Math.round(files * 0.46),
      knownFiles: Math.round(files * 0.97),
      atRisk,
    },
  };
}
