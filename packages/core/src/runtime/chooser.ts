/**
 * Chooses a pattern for a context: which are allowed, what is believed of them, which one it is. Starts nothing, and
 * changes nothing: what is learned of a choice comes with the events of its run.
 */
import { missingGrants } from "../delegation/authority.ts";
import { breakerText } from "../delegation/breaker.ts";
import type { Context } from "../delegation/context.ts";
import type { FoldReader } from "../delegation/fold.ts";
import type { ControlState } from "../delegation/controls.ts";
import type { Pattern } from "../delegation/pattern.ts";
import type { Engine } from "../engine/engine.ts";
import type { ReeveError } from "../errors.ts";
import type { Breakers } from "../execution/breaker/breakers.ts";
import type { KnownPoor } from "../execution/level-objection.ts";
import type { Chosen } from "../execution/plan-child.ts";
import { confidenceFold, type Learned } from "../learning/confidence-fold.ts";
import { featuresOf, frozen } from "../learning/features-of.ts";
import { blockingAgent } from "../patterns/blocking-agent.ts";
import { ownResources } from "../patterns/level.ts";
import type { Random } from "../random.ts";
import { askAgainMs, fits } from "../resources/fits.ts";
import type { Candidate } from "../selection/candidate.ts";
import type { FittingCandidate } from "../selection/closest-fit.ts";
import type { ChoosingSettings } from "../selection/presets.ts";
import type { Registered, Registry, Serving } from "../selection/registry.ts";
import { chooseAgain, TRIES_MAX } from "./choose-again.ts";
import { previewOf, type ChoicePreview } from "./choice-preview.ts";
import { refusalOf } from "./choice-refusal.ts";
import { ChoiceMeter } from "./choice-meter.ts";
import {
  choiceAmong,
  BREAKER_OPEN,
  MISSING_GRANT,
  NO_ROOM,
  PAUSED,
  type Field,
  type Weighed,
} from "./field.ts";
import { recover } from "./recover-choice.ts";
import type { Profiles } from "./profiles.ts";
import type { Settings } from "./settings.ts";

export interface ChooserHost {
  readonly engine: Engine;
  readonly registry: Registry;
  readonly settings: Settings;
  readonly profiles: Profiles;
  readonly breakers: Pick<Breakers, "shut">;
}

/** What came of choosing. */
export type Decision = Weighed &
  (
    | { readonly chosen: Registered; readonly error?: undefined }
    | { readonly chosen?: undefined; readonly error: ReeveError }
  );

/** How long is waited for room, at most, before a task is refused. */
const WAIT_MS_MAX = 30_000;

export class Chooser {
  /** Of decisions; waiting for room is none. */
  readonly meter: ChoiceMeter = new ChoiceMeter();
  readonly #host: ChooserHost;
  #following: Promise<FoldReader<Learned>> | undefined;
  #reader: FoldReader<Learned> | undefined;

  constructor(host: ChooserHost) {
    this.#host = host;
  }

  /** Catches up with the log and follows it from there. */
  async follow(): Promise<FoldReader<Learned>> {
    const { engine, settings } = this.#host;
    const { memory, settingsIn } = settings.choosing;
    const memoryIn = (domain: string): ChoosingSettings["memory"] => settingsIn(domain).memory;
    this.#following ??= engine.fold(confidenceFold({ memory, memoryIn }));
    return (this.#reader ??= await this.#following);
  }

  /**
   * Decides; waits for room before only where that was asked for.
   * @param mayExplore false: nothing is tried to learn about it
   */
  async decide(context: Context, mayExplore = true): Promise<Decision> {
    const { engine, settings, profiles } = this.#host;
    const mayWait = profiles.choosing.recovery["resources-exhausted"] === "wait";
    for (let waits = 0, waitedMs = 0; ; waits++) {
      const begunAt = engine.clock.monotonic();
      const decision = this.#decide(context, mayExplore, settings.random);
      this.meter.took(engine.clock.monotonic() - begunAt);
      const isExhausted = decision.error?.code === "resources-exhausted";
      if (!mayWait || !isExhausted || waitedMs >= WAIT_MS_MAX) return decision;
      const waitMs = askAgainMs(waits);
      await new Promise<void>((resolve) => void engine.clock.timer(waitMs, resolve));
      waitedMs += waitMs;
    }
  }

  /**
   * As `decide`, for a walk.
   * @throws ReeveError with the reason why there is none
   */
  async chosen(context: Context, mayExplore?: boolean): Promise<Chosen> {
    const { chosen, error, record, delayMs } = await this.decide(context, mayExplore);
    if (chosen) return { ...chosen, choice: record, delayMs, mayTryAgain: this.mayTryAgain };
    throw error;
  }

  /** Whether something else is to be tried when the run of a chosen pattern has failed. */
  get mayTryAgain(): boolean {
    return this.#host.profiles.choosing.recovery["execution-failed"] !== "fail";
  }

  /** What to try after the runs of these patterns have failed, in this order; undefined where nothing is left. */
  chosenAgain(context: Context, failed: readonly string[], mayExplore = true): Chosen | undefined {
    const { registry, settings, profiles } = this.#host;
    const wanted = profiles.choosing.recovery;
    const fieldOf = (servings: readonly Serving[]): Field => this.#field(servings, context, mayExplore);
    const made = chooseAgain({ registry, context, wanted, random: settings.random, fieldOf, failed });
    if (!made) return undefined;
    const { record, delayMs } = made;
    return { ...chosenIn(made), choice: record, delayMs, mayTryAgain: failed.length + 1 < TRIES_MAX };
  }

  /** How a choice would go now; draws nothing. */
  preview(context: Context): ChoicePreview {
    return previewOf(context, this.#decide(context, true, undefined));
  }

  /** What speaks against a pattern in a context by its results; undefined where it is not known to be poor. */
  knownPoor(pattern: string, context: Context): KnownPoor | undefined {
    const { engine, profiles } = this.#host;
    const { confidence } = this.#learned;
    const { domain } = context;
    const features = frozen(confidence.scale(featuresOf(context)));
    const { high } = confidence.posterior(pattern, domain, features, engine.clock.now());
    const { threshold } = profiles.choosing.settingsIn(domain);
    return high < threshold ? { high, threshold } : undefined;
  }

  #decide(context: Context, mayExplore: boolean, random: Random | undefined): Decision {
    const { registry, profiles } = this.#host;
    const fieldOf = (servings: readonly Serving[]): Field => this.#field(servings, context, mayExplore);
    const weighed = choiceAmong(fieldOf(registry.candidates(context)), random);
    const made =
      weighed.choice.pattern === undefined
        ? recover({ registry, context, wanted: profiles.choosing.recovery, random, fieldOf }, weighed)
        : weighed;
    if (!made) return { ...weighed, error: refusalOf(registry, context, weighed) };
    return { ...made, chosen: chosenIn(made) };
  }

  #field(servings: readonly Serving[], context: Context, mayExplore: boolean): Field {
    const { engine, profiles } = this.#host;
    const { choosing } = profiles;
    const { confidence, recent } = this.#learned;
    const { domain, principal } = context;
    const inDomain = choosing.settingsIn(domain);
    const features = frozen(confidence.scale(featuresOf(context)));
    const now = engine.clock.now();
    const controls = engine.controls();
    const candidates = servings.map(({ registered, fit }): FittingCandidate => {
      const pattern = registered.pattern.name;
      const refused = this.#refused(registered, context, controls);
      const posterior = confidence.posterior(pattern, domain, features, now);
      return { pattern, fit, posterior, ...refused };
    });
    const explore =
      mayExplore &&
      inDomain.explore &&
      choosing.mayExplore(principal) &&
      recent.share(domain) <= inDomain.errorTolerance;
    return { servings, candidates, features, settings: inDomain, explore };
  }

  /** Why policy does not allow the pattern now. */
  #refused(
    { pattern, requires }: Registered,
    { grants }: Context,
    { patterns, breakers }: ControlState,
  ): Pick<Candidate, "refused" | "because"> | undefined {
    if (missingGrants(grants, requires).length > 0) return { refused: MISSING_GRANT };
    if (patterns.has(pattern.name)) return { refused: PAUSED };
    const out = breakers.size > 0 ? this.#outOfOrder(pattern) : undefined;
    if (out !== undefined) return { refused: BREAKER_OPEN, because: out };
    const limits = ownResources(pattern);
    return limits && !fits(this.#host.settings.resources().now(), limits) ? { refused: NO_ROOM } : undefined;
  }

  /** The breaker of an agent that the pattern can't do without. */
  #outOfOrder(pattern: Pattern): string | undefined {
    const { breakers } = this.#host;
    const agent = blockingAgent(pattern, (name) => breakers.shut(name) !== undefined);
    const breaker = agent === undefined ? undefined : breakers.shut(agent);
    return agent !== undefined && breaker ? breakerText(agent, breaker) : undefined;
  }

  get #learned(): Learned {
    if (this.#reader) return this.#reader.state();
    throw new RangeError("the confidence is asked for before it is followed");
  }
}

function chosenIn({ choice: { pattern }, field }: Weighed): Registered {
  const chosen = field.servings.find(({ registered }) => registered.pattern.name === pattern);
  if (!chosen) throw new RangeError(`'${pattern}' was chosen and is no candidate`);
  return chosen.registered;
}
