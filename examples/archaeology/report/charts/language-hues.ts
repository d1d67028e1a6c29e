/**
 * Owns which language gets which hue: the largest get one each, all others share a neutral one. Hues have no order
 * and no meaning of their own; the names beside them say the same.
 */
import type { FolderArea } from "./folder-tree.ts";

/** Hues of the style sheet, `hue0` and so on. */
const huesMax = 6;

export interface LanguageHues {
  /** Largest first, as many as have a hue of their own. */
  readonly named: readonly { readonly language: string; readonly hue: string }[];
  /** Whether any area has the neutral hue. */
  readonly hasOthers: boolean;
  /** The class of an area. */
  readonly of: (area: FolderArea) => string;
}

/** Hues for the languages of these areas, given by the code they cover. */
export function languageHues(areas: readonly FolderArea[]): LanguageHues {
  const code = new Map<string, number>();
  for (const area of areas) {
    if (area.language !== null) code.set(area.language, (code.get(area.language) ?? 0) + area.code);
  }
  const named = [...code]
    .toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, huesMax)
    .map(([language], index) => ({ language, hue: `hue${index}` }));
  const hues = new Map(named.map(({ language, hue }) => [language, hue]));
  const of = ({ language }: FolderArea): string => hues.get(language ?? "") ?? "neutral";
  return { named, hasOthers: areas.some((area) => of(area) === "neutral"), of };
}
