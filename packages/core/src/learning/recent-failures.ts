/** How many of the last runs of each domain failed, which says whether there is room to try what is not known well. */

/** Runs that are looked at. */
const RUNS = 50;
/** Domains that are followed; the one that has been silent longest is given up. */
const DOMAINS_MAX = 1_000;

/** Domain, and for each of its last runs whether it failed: "1" or "0", the latest last. */
export type RecentFailuresState = readonly (readonly [string, string])[];

/** The last runs of a domain, in a ring. */
interface Ends {
  /** 1 where a run failed. */
  readonly ring: Uint8Array;
  /** Where the next one goes. */
  next: number;
  /** How many are known. */
  known: number;
  failed: number;
}

export class RecentFailures {
  /** In the order of their last outcome. */
  readonly #domains = new Map<string, Ends>();
  /** The last of them: it keeps its place, as when one domain is asked again and again. */
  #latest: string | undefined;

  constructor(state: RecentFailuresState = []) {
    for (const [domain, ends] of state) for (const end of ends) this.see(domain, end === "1");
  }

  see(domain: string, hasFailed: boolean): void {
    const ends = this.#domains.get(domain) ?? { ring: new Uint8Array(RUNS), next: 0, known: 0, failed: 0 };
    ends.failed += (hasFailed ? 1 : 0) - (ends.ring[ends.next] ?? 0);
    ends.ring[ends.next] = hasFailed ? 1 : 0;
    ends.next = (ends.next + 1) % RUNS;
    ends.known = Math.min(RUNS, ends.known + 1);
    if (domain === this.#latest) return;
    this.#latest = domain;
    this.#domains.delete(domain);
    this.#domains.set(domain, ends);
    if (this.#domains.size <= DOMAINS_MAX) return;
    const oldest = this.#domains.keys().next().value;
    if (oldest !== undefined) this.#domains.delete(oldest);
  }

  /** Share of the last 50 runs of the domain that failed; those that are missing count as successes. */
  share(domain: string): number {
    return (this.#domains.get(domain)?.failed ?? 0) / RUNS;
  }

  save(): RecentFailuresState {
    return Array.from(this.#domains, ([domain, ends]) => [domain, textOf(ends)] as const);
  }
}

function textOf({ ring, next, known }: Ends): string {
  let text = "";
  for (let back = known; back > 0; back--) text += String(ring[(next - back + RUNS) % RUNS] ?? 0);
  return text;
}
