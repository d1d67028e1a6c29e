/** Telemetry of a runtime: follows the log with the folds, and samples the process. */
import type { CancelTimer } from "../clock.ts";
import type { FoldReader } from "../delegation/fold.ts";
import type { ExportLag } from "../delegation/resource-sample.ts";
import type { Engine } from "../engine/engine.ts";
import { activity, type Activity } from "../telemetry/activity.ts";
import type { Metrics } from "../telemetry/counts.ts";
import { failures, type Failures } from "../telemetry/failures.ts";
import { VALUES_MAX } from "../telemetry/labels.ts";
import { metrics, type MetricsOptions } from "../telemetry/metrics.ts";
import { ProcessMeter } from "../telemetry/process-meter.ts";
import { stepActivities, type StepActivities } from "../telemetry/step-activity.ts";
import { Alarm, followAlertSources, isSampled } from "./alarm.ts";
import type { ChoiceMeter } from "./choice-meter.ts";
import type { Chooser } from "./chooser.ts";
import { ExportLags } from "./export-lags.ts";
import type { Settings } from "./settings.ts";

const SAMPLE_EVERY_MS = 10_000;

/** What is known of a log; see docs/telemetry.md. */
export interface Telemetry {
  readonly metrics: FoldReader<Metrics>;
  readonly activity: FoldReader<Activity>;
  readonly failures: FoldReader<Failures>;
  readonly steps: FoldReader<StepActivities>;
}

/** Follows the log of an engine; a guest's may be followed, too. */
export async function followTelemetry(engine: Engine, options: MetricsOptions = {}): Promise<Telemetry> {
  return {
    metrics: await engine.fold(metrics(options)),
    activity: await engine.fold(activity),
    failures: await engine.fold(failures),
    steps: await engine.fold(stepActivities),
  };
}

/** As a runtime asks for it; only the owner of a log samples itself, and evaluates alerts. */
export async function openTelemetry(
  engine: Engine,
  settings: Settings,
  chooser: Pick<Chooser, "follow" | "meter">,
  digest: () => string,
): Promise<{ readonly telemetry?: Telemetry; readonly sampler?: Sampler; readonly alarm?: Alarm }> {
  const { objectives, alerts } = settings;
  const asked = settings.telemetry;
  // What can fail comes first: nothing has begun then that would have to be stopped.
  const watched = await followAlertSources(engine, settings, () => chooser.follow());
  // Exact, so that rules of Prometheus find them among the bounds.
  const limitsMs = alerts.thresholds.flatMap((one) => ("responseTime" in one ? [one.responseTime.ms] : []));
  const counted = asked && { objectives, limitsMs: [...(asked.limitsMs ?? []), ...limitsMs] };
  const telemetry = counted && (await followTelemetry(engine, counted));
  return {
    ...(telemetry && { telemetry }),
    ...(isSampled(settings) &&
      engine.role !== "guest" && {
        sampler: new Sampler(engine, telemetry, settings, { choices: chooser.meter, digest: digest() }),
      }),
    ...(watched && { alarm: new Alarm(engine, watched, settings) }),
  };
}

/** Samples the process until it is closed. */
export class Sampler {
  readonly #engine: Engine;
  readonly #report: Settings["report"];
  readonly #counted: FoldReader<Metrics> | undefined;
  readonly #exports = new ExportLags();
  readonly #choices: ChoiceMeter;
  /** Of the settings. */
  readonly #digest: string;
  readonly #meter: ProcessMeter;
  readonly #warned = new Set<string>();
  #cancelTimer: CancelTimer = () => {};

  constructor(
    engine: Engine,
    telemetry: Telemetry | undefined,
    { report, resources }: Settings,
    { choices, digest }: { readonly choices: ChoiceMeter; readonly digest: string },
  ) {
    this.#engine = engine;
    this.#choices = choices;
    this.#digest = digest;
    this.#report = report;
    this.#counted = telemetry?.metrics;
    // How busy the processors are is known from a second look on.
    const machine = resources();
    machine.now();
    const { clock, file } = engine;
    this.#meter = new ProcessMeter({ clock, file, machine: () => machine.now() });
    this.#wait();
  }

  /** Says in each sample how far the export is behind the log, and what was refused. @returns stops that */
  watchExport(name: string, position: () => number, refused?: () => number): () => void {
    return this.#exports.add(name, position, refused);
  }

  close(): void {
    this.#cancelTimer();
    this.#meter.close();
  }

  #wait(): void {
    const tick = (): void => {
      const exports = this.#lags();
      const choices = this.#choices.take();
      this.#engine.sample({
        ...this.#meter.measure(),
        settings: this.#digest,
        ...(exports.length > 0 && { exports }),
        ...(choices && { choices }),
      });
      this.#warn();
      this.#wait();
    };
    this.#cancelTimer = this.#engine.clock.timer(SAMPLE_EVERY_MS, tick, { keepAlive: false });
  }

  #lags(): readonly ExportLag[] {
    const log = this.#counted?.position();
    if (log === undefined) return [];
    return this.#exports.lags(this.#engine.clock.now(), log);
  }

  /** Once in the life of the process. */
  #warn(): void {
    if (!this.#counted) return;
    const { patterns, agents } = this.#counted.state();
    for (const [label, { overflowed }] of Object.entries({ patterns, agents })) {
      if (overflowed === 0 || this.#warned.has(label)) continue;
      this.#warned.add(label);
      const error = new RangeError(`there are more than ${VALUES_MAX}; give fewer names, or use a domain`);
      this.#report({ what: `metrics count some ${label} as 'other'`, error });
    }
  }
}
