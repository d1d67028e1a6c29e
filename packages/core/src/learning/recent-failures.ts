/** How many of the last runs of each domain failed, which says whether there is room to try what is not known well. */

/** Runs that are looked at. */
const RUNS = 50;
/** Domains that are followed; the one that has been silent longest is given up. */
const DOMAINS_MAX = 1_000;

/** Domain, and for each of its last runs whether it failed: "1" or "0", the latest last. */
export type RecentFailuresState = readonly (readonly [string, string])[];

export class RecentFailures {
  /** In the order of their last outcome. */
  readonly #domains = new Map<string, string>();

  constructor(state: RecentFailuresState = []) {
    for (const [domain, ends] of state) this.#domains.set(domain, ends);
  }

  see(domain: string, hasFailed: boolean): void {
    const known = this.#domains.get(domain) ?? "";
    const before = known.length < RUNS ? known : known.slice(1);
    this.#domains.delete(domain);
    this.#domains.set(domain, before + (hasFailed ? "1" : "0"));
    if (this.#domains.size <= DOMAINS_MAX) return;
    const oldest = this.#domains.keys().next().value;
    if (oldest !== undefined) this.#domains.delete(oldest);
  }

  /** Share of the last 50 runs of the domain that failed; those that are missing count as successes. */
  share(domain: string): number {
    const ends = this.#domains.get(domain) ?? "";
    let failed = 0;
    for (const end of ends) if (end === "1") failed++;
    return failed / RUNS;
  }

  save(): RecentFailuresState {
    return [...this.#domains];
  }
}
