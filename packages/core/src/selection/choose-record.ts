/** What a choice event keeps of a choice: enough to explain it and to evaluate another policy, within 2 KB. */
import type { ChoiceRecord, RecordedCandidate } from "../delegation/choice.ts";
import { FITS_LESS, type Candidate } from "./candidate.ts";

const RECORDED_CANDIDATES_MAX = 20;
/** So many are sorted by insertion, in a third of the time that `sort` takes. */
const INSERTED_MAX = 32;
/** Reasons by which the rest is counted, and characters of each; further ones are `other`. */
const REASONS_MAX = 4;
/** Tries below which a pattern is new: what it is offered counts until it has had them. */
const NEW_BELOW_TRIES = 3;
const REASON_LENGTH_MAX = 24;
const BECAUSE_LENGTH_MAX = 200;
const COST_BYTES = 22;
/** UTF-8 bytes of a record's JSON, at most. */
const RECORD_BYTES_MAX = 2_048;

/** While they are put together: each choice does, and assigning costs a tenth of spreading. */
type Growing<Value> = { -readonly [Key in keyof Value]: Value[Key] };

export interface Recorded {
  readonly candidates: readonly Candidate[];
  readonly probabilities: readonly number[];
  readonly chosen: Candidate | undefined;
  readonly threshold: number;
  readonly evaluable: boolean;
  readonly forced: { readonly at: number; readonly share: number } | undefined;
  readonly forcedPattern: string | undefined;
}

export function recordOf(choice: Recorded): ChoiceRecord {
  const { candidates, probabilities, chosen, forced } = choice;
  const wasForced = forced !== undefined && chosen !== undefined && choice.forcedPattern === chosen.pattern;
  const reason = sentenceOf(choice, wasForced);
  const kept: RecordedCandidate[] = [];
  let left: Left | undefined;
  let bytes = 220 + 2 * bytesOf(chosen?.pattern ?? "") + bytesOf(reason);
  for (const index of orderOf(choice)) {
    const candidate = candidates[index];
    if (!candidate) continue;
    const why = reasonOf(candidate, choice);
    const propensity = probabilities[index] ?? 0;
    const because = candidate.because?.slice(0, BECAUSE_LENGTH_MAX);
    const size = sizeOf(candidate) + bytesOf(why) + (because === undefined ? 0 : 13 + bytesOf(because));
    if (kept.length < RECORDED_CANDIDATES_MAX && bytes + size <= RECORD_BYTES_MAX) {
      bytes += size;
      kept.push(recorded(candidate, propensity, why, because));
    } else leaveOut((left ??= { counts: new Map(), propensity: 0, alsoNew: [] }), candidate, propensity, why);
  }
  const record: Growing<ChoiceRecord> = {
    reason,
    evaluable: choice.evaluable && forced?.share !== 1,
    candidates: kept,
  };
  if (chosen) record.pattern = chosen.pattern;
  if (wasForced) record.forced = true;
  if (!left) return record;
  record.others = { counts: Object.fromEntries(left.counts), propensity: digits(left.propensity, 1e6) };
  const alsoNew = fitting(left.alsoNew, RECORD_BYTES_MAX - bytes);
  if (alsoNew.length > 0) record.alsoNew = alsoNew;
  return record;
}

/** What there is no room for. */
interface Left {
  readonly counts: Map<string, number>;
  propensity: number;
  readonly alsoNew: string[];
}

function leaveOut(left: Left, { pattern, posterior }: Candidate, propensity: number, why: string): void {
  const { counts, alsoNew } = left;
  const key = counts.has(why) || counts.size < REASONS_MAX ? why.slice(0, REASON_LENGTH_MAX) : "other";
  counts.set(key, (counts.get(key) ?? 0) + 1);
  left.propensity += propensity;
  if (why === "allowed" && posterior.tries < NEW_BELOW_TRIES) alsoNew.push(pattern);
}

/** The chosen one first, then by probability, the refused last; equals in the order given. */
function orderOf({ candidates, probabilities, chosen }: Recorded): readonly number[] {
  const ranks = candidates.map((candidate, index) =>
    candidate === chosen ? 3 : (probabilities[index] ?? 0) + (candidate.refused ? -1 : 0),
  );
  const order: number[] = [];
  if (ranks.length > INSERTED_MAX) {
    for (let index = 0; index < ranks.length; index++) order.push(index);
    return order.toSorted((left, right) => (ranks[right] ?? 0) - (ranks[left] ?? 0));
  }
  for (let index = 0; index < ranks.length; index++) {
    const rank = ranks[index] ?? 0;
    let at = index;
    while (at > 0 && (ranks[order[at - 1] ?? 0] ?? 0) < rank) {
      order[at] = order[at - 1] ?? 0;
      at--;
    }
    order[at] = index;
  }
  return order;
}

/** As many names as there is room for. */
function fitting(names: readonly string[], room: number): readonly string[] {
  let left = room - 20;
  return names.filter((name) => (left -= bytesOf(name) + 3) >= 0);
}

/** Bytes that a candidate takes without its reason. */
function sizeOf({ pattern, posterior }: Candidate): number {
  return 90 + (posterior.cost ? COST_BYTES : 0) + bytesOf(pattern);
}

function recorded(
  { pattern, posterior: { mean, low, high, cost } }: Candidate,
  propensity: number,
  reason: string,
  because: string | undefined,
): RecordedCandidate {
  const told: Growing<RecordedCandidate> = {
    pattern,
    mean: digits(mean, 1e3),
    low: digits(low, 1e3),
    high: digits(high, 1e3),
    // Six digits: the floor shared by a thousand candidates is 0.00001.
    propensity: digits(propensity, 1e6),
    reason,
  };
  if (cost) told.costUsd = Number(cost.median.toPrecision(3));
  if (because !== undefined) told.because = because;
  return told;
}

function reasonOf(candidate: Candidate, choice: Recorded): string {
  if (candidate === choice.chosen) return "chosen";
  if (candidate.refused !== undefined) return candidate.refused.slice(0, 60);
  return candidate.posterior.high < choice.threshold ? "known-poor" : "allowed";
}

function sentenceOf(choice: Recorded, wasForced: boolean): string {
  const { candidates, chosen } = choice;
  let allowed = 0;
  let rival: Candidate | undefined;
  for (const candidate of candidates) {
    if (candidate.refused !== undefined) continue;
    allowed++;
    if (candidate !== chosen && !(rival && rival.posterior.mean >= candidate.posterior.mean))
      rival = candidate;
  }
  if (!chosen) {
    return allowed === 0
      ? `none of ${candidates.length} candidates is allowed`
      : `each of ${allowed} allowed candidates is known to succeed less often than ${percent(choice.threshold)}`;
  }
  const name = shorten(chosen.pattern);
  if (allowed === 1) {
    const fitsBest = candidates.some(({ refused }) => refused === FITS_LESS);
    return `${name} ${fitsBest ? "fits best" : "is the only one allowed"}; ${believed(chosen)}`;
  }
  if (wasForced) return `${name} is new and gets one of its first three tries`;
  if (!rival) return `${name}: ${believed(chosen)}`;
  const other = `${shorten(rival.pattern)} ${percent(rival.posterior.mean)}`;
  return rival.posterior.mean > chosen.posterior.mean + 0.005
    ? `${name} is tried to learn more about it: ${believed(chosen)}; the best so far is ${other}`
    : `${name} ${believed(chosen)}; next is ${other}`;
}

function believed({ posterior }: Candidate): string {
  if (posterior.evidence < 1) return `has not run here yet, about ${percent(posterior.mean)} is expected`;
  const range = `${percent(posterior.low)} to ${percent(posterior.high)}`;
  const times = Math.round(posterior.evidence);
  const from = `${times} ${times === 1 ? "outcome" : "outcomes"}`;
  return posterior.evidence < 5
    ? `succeeds in about ${percent(posterior.mean)} here, on little evidence (${from})`
    : `succeeds in about ${percent(posterior.mean)} here (${range}, ${from})`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** As a sentence about a choice names the pattern. */
export function shorten(pattern: string): string {
  return pattern.length <= 60 ? pattern : `${pattern.slice(0, 59)}…`;
}

function digits(value: number, unit: number): number {
  return Math.round(value * unit) / unit;
}

/** Bytes of the text in JSON, at most: quotes, control and non-ASCII characters take up to six. */
function bytesOf(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 32 || code > 126) bytes += 5;
    else if (code === 34 || code === 92) bytes += 1;
  }
  return bytes;
}
