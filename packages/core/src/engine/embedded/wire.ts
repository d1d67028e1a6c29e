/** Puts together the parts of an embedded engine: what is between `open` and `close`. */
import type { Engine, Host } from "../engine.ts";
import type { Store } from "../store.ts";
import { Committer } from "./committer.ts";
import { Controls } from "./controls.ts";
import { Folds } from "./folds.ts";
import { Foreign } from "./foreign.ts";
import { LiveRuns } from "./live-runs.ts";
import { redactThrown } from "./redact-fact.ts";
import type { SecretsHost } from "./run-secrets.ts";
import { Payloads } from "./payloads.ts";
import { References } from "./references.ts";
import { Retention } from "./retention.ts";
import type { RunTask } from "./run-task.ts";
import { Samples } from "./samples.ts";
import { Vault } from "../../secrets/vault.ts";
import type { SecretKeys } from "../../secrets/keys.ts";
import type { Waiters } from "./waiters.ts";

export interface Opened {
  readonly host: Host;
  readonly store: Store;
  readonly committer: Committer;
  readonly controls: Controls;
  readonly samples: Samples;
  readonly runs: LiveRuns;
  readonly references: References;
  /** The same with secrets redacted. */
  readonly shown: References;
  readonly secrets: SecretsHost;
  readonly folds: Folds;
  readonly foreign: Foreign;
  readonly retention: Retention;
}

/** Makes the parts of an engine over an open store. */
export function wire(engine: Engine, asked: Host, store: Store, waiters: Waiters, keys: SecretKeys): Opened {
  const { clock } = engine;
  const vault = new Vault(keys);
  const host = reportingSafely(asked, vault);
  const report = (what: string, error: unknown): void => host.report({ what, error });
  const committer = new Committer(store, clock, {
    committed: (events, written, tookMs) => {
      samples.committed(events.length, tookMs);
      for (const [id, value] of written) payloads.keep(id, value);
      folds.committed(events);
      waiters.committed(events);
    },
    unavailable: (refusal) => {
      if (refusal) report("writing to the log fails; runs pause until it succeeds", refusal);
    },
    failed: (error) => {
      report("writing to the log failed for good", error);
      waiters.fail(error instanceof Error ? error : new Error(String(error)));
    },
  });
  const payloads = new Payloads({
    uncommittedPayload: (id) => committer.uncommittedPayload(id),
    storedPayload: (id) => store.payload(id),
  });
  const references = new References((id) => vault.open(payloads.read(id)));
  const shown = new References((id) => vault.hide(payloads.read(id)));
  const secrets: SecretsHost = {
    vault,
    addPayload: (value) => committer.addPayload(value),
    payload: (id) => payloads.read(id),
  };
  const folds = new Folds({
    store,
    saveCheckpoint: (checkpoint) => {
      if (store.role === "owner") committer.addCheckpoint(checkpoint);
    },
    report: host.report,
  });
  const retention = new Retention({ host, store, clock, committer, folds });
  const samples = new Samples(store, committer);
  const controls = new Controls(store, committer, vault);
  controls.catchUp();
  const runs = new LiveRuns({
    controls,
    store,
    clock,
    committer,
    secrets,
    read: (reference) => references.read(reference),
    interpret: (task) => interpret(host, task),
    limitOf: (place) => host.limitOf(place),
    keeps: host.keeps,
    forked: (runId) => retention.forked(runId),
    forgotten: (runId) => waiters.endedBefore(runId),
    isLeaving: (runId) => retention.isLeaving(runId),
  });
  const parts = { host, store, committer, controls, samples, runs, references, folds };
  const foreign = new Foreign({
    store,
    clock,
    engine,
    vault,
    take: (id) => committer.takeInbox(id),
    afterCommit: (acknowledge) => committer.afterCommit(acknowledge),
    changed: () => store.role === "owner" || seeChanges(parts, waiters),
    report,
  });
  return { ...parts, shown, secrets, foreign, retention };
}

/** A guest looks at what the owner of the log has written. */
function seeChanges(parts: Pick<Opened, "store" | "controls" | "host" | "folds">, waiters: Waiters): void {
  const { store, controls, host, folds } = parts;
  if (controls.catchUp()) host.controlsChanged();
  folds.catchUp();
  waiters.poll((run) => (store.runById(run)?.state ?? "ended") === "ended");
}

/** What is reported can hold secrets as well as what is recorded. */
function reportingSafely(host: Host, vault: Vault): Host {
  const report: Host["report"] = ({ what, error }) =>
    host.report({ what: vault.mask(what), error: redactThrown(error, vault) });
  return {
    ...(host.retention && { retention: host.retention }),
    interpret: (journal) => host.interpret(journal),
    ...(host.keeps && { keeps: host.keeps }),
    limitOf: (place) => host.limitOf(place),
    controlsChanged: () => host.controlsChanged(),
    report,
  };
}

function interpret(host: Host, task: RunTask): void {
  const locked = task.secrets.unlock();
  if (locked) {
    task.strand(locked.message, locked.hint ?? "hand over the key that its secrets were sealed with");
    return;
  }
  host.interpret(task).catch((error: unknown) => {
    host.report({ what: `the interpreter of run '${task.run.id}' failed`, error });
    const message = error instanceof Error ? error.message : String(error);
    task.strand(
      `the interpreter failed: ${message}`,
      "restart; if it fails again, report it with this message",
    );
  });
}
