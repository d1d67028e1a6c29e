/** The chain: an analysis in three levels, from the one that says most to the one that is always possible. */
import { agent, degrade, NonRetryableError, sequential } from "reeve";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { countWords, readCounts, sentencesOf, showCounts, weigh, wordsOf } from "./text.ts";

export interface Text {
  readonly title: string;
  readonly text: string;
}

interface Split {
  readonly title: string;
  readonly sentences: readonly string[];
}

interface Weighed {
  readonly sentence: string;
  readonly weight: number;
}

/** The deep analysis keeps the word counts of a text in this folder while it is at work. */
export function makeAnalysis(folder: string) {
  const indexOf = (title: string): string => join(folder, `${title}.json`);
  const buildIndex = agent("build-index", {
    timeoutMs: 5_000,
    run: async ({ title, text }: Text): Promise<Text> => {
      await writeFile(indexOf(title), showCounts(countWords(text)));
      return { title, text };
    },
    undo: async ({ title }) => rm(indexOf(title), { force: true }),
  });
  const weighSentences = agent("weigh", {
    timeoutMs: 5_000,
    run: async ({ title, sentences }: Split): Promise<Weighed[]> => {
      const counts = readCounts(await readFile(indexOf(title), "utf8"));
      return sentences.map((sentence) => ({ sentence, weight: weigh(sentence, counts) }));
    },
  });
  const deep = sequential("deep", {
    description: "Finds the sentence that says most",
    steps: [buildIndex, split, weighSentences, pick],
  });
  return degrade("analysis", [deep, standard, basic], {
    description: "Analyses a text as well as the machine allows",
    matches: { domain: "texts" },
    // The last level has no limit: something is always said.
    resources: { deep: { cpu: 0.6, memory: 0.9 }, standard: { cpu: 0.9 } },
  });
}

const split = agent("split", {
  timeoutMs: 5_000,
  run: async ({ title, text }: Text): Promise<Split> => {
    const sentences = sentencesOf(text);
    if (sentences.length === 0) throw new NonRetryableError("it has no sentences");
    return { title, sentences };
  },
});
const pick = agent("pick", {
  timeoutMs: 5_000,
  run: async (weighed: Weighed[]) => {
    const [best] = weighed.toSorted((left, right) => right.weight - left.weight);
    return `says above all: ${best?.sentence ?? ""}`;
  },
});

const standard = agent("standard", {
  timeoutMs: 5_000,
  run: async ({ text }: Text) => {
    const [most] = [...countWords(text)].toSorted(([, left], [, right]) => right - left);
    return `is about: ${most?.[0] ?? "nothing"}`;
  },
});
const basic = agent("basic", {
  timeoutMs: 5_000,
  run: async ({ text }: Text) => `has ${wordsOf(text).length} words`,
});
