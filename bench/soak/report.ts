/** What a soak found, for people: met or missed, line by line. */
import { describeMachine } from "../machine.ts";
import { lineOf, type Bar } from "../scenarios/bar.ts";
import { count, table } from "../table.ts";
import { minutesOf, trendBars, trendOf } from "./figures.ts";
import type { Soaked } from "./soak.ts";

const MEBIBYTE = 1_048_576;
const FAULTS_SHOWN = 30;

export function reportOf(soaked: Soaked): { readonly text: string; readonly isMet: boolean } {
  const { faults, damage, samples } = soaked;
  const trend = trendBars(trendOf(samples));
  const bars = [
    none("faults: lost, doubled or changed after acknowledgement", faults.length),
    none("damage in the two files", damage.length),
    ...trend,
  ];
  const parts = [
    describeMachine(),
    attackText(soaked),
    steadyTable(soaked),
    bars.map(lineOf).join("\n"),
    trend.length === 0 ? "memory and p99: not judged, the soak is too short (5 minutes at least)" : "",
    [...faults, ...damage].slice(0, FAULTS_SHOWN).join("\n"),
  ];
  return { text: parts.filter((part) => part !== "").join("\n\n"), isMet: bars.every(({ met }) => met) };
}

function none(name: string, found: number): Bar {
  return { name, value: count(found), bar: "none", met: found === 0 };
}

function attackText({ seed, minutes, attacked, noDisk, counts, refusals }: Soaked): string {
  const { kills, closings, guestKills, fullDisks, refusedOpenings, logBytesMax } = attacked;
  const episodes = noDisk === undefined ? `${count(fullDisks)} times the disk was full` : "";
  const lines = [
    `seed ${seed}, ${minutes} minute(s): the owner was killed ${count(kills)} times and ended in order ${count(closings)} times,`,
    `a guest was killed ${count(guestKills)} times; ${episodes || `NO DISK-FULL EPISODES: ${noDisk}`}`,
    `(${count(refusedOpenings)} openings refused meanwhile); the attacked log took up ${count(logBytesMax / MEBIBYTE)} MB at most`,
    `judged ${count(counts.runs)} runs, ${count(counts.executions)} executions of steps`,
    `acknowledged: ${count(counts.starts)} starts (${count(counts.forks)} of them retries and forks), ${count(counts.completions)} steps, ${count(counts.outcomes)} outcomes, ` +
      `${count(counts.cancels)} cancels, ${count(counts.signals)} signals, ${count(counts.pauses)} pauses; ` +
      `${count(counts.guestCalls)} of the calls by guests`,
    `refused: ${
      Object.entries(refusals)
        .map(([what, times]) => `${count(times)} × ${what}`)
        .join(", ") || "none"
    }`,
  ];
  return lines.join("\n");
}

function steadyTable({ samples }: Soaked): string {
  const rows = minutesOf(samples).map((it) => [
    String(it.minute),
    count(it.runs),
    it.p50Ms.toFixed(1),
    it.p99Ms.toFixed(1),
    `${(it.processorShare * 100).toFixed(0)} %`,
    (it.heapBytes / MEBIBYTE).toFixed(1),
    (it.rssBytes / MEBIBYTE).toFixed(1),
    (it.logBytes / MEBIBYTE).toFixed(0),
  ]);
  return table(["minute", "runs", "p50 ms", "p99 ms", "processor", "heap MB", "rss MB", "log MB"], rows);
}
