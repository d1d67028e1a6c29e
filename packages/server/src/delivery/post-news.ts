/** Posts news of alerts: to a webhook as JSON, signed where there is a secret, or to Alertmanager's API. */
import { createHmac } from "node:crypto";
import type { ActiveAlert, OwedChange, Secret } from "@reeve/core";

/** Who is told. Names are kept in the log: under another name it is another receiver. */
export type AlertReceiver =
  | {
      readonly name: string;
      /** Takes a POST with JSON for each change. */
      readonly webhook: string;
      /** Signs the body: `x-reeve-signature: sha256=…`, an HMAC in hexadecimal digits. @default unsigned */
      readonly secret?: Secret;
    }
  | {
      readonly name: string;
      /** Of an Alertmanager, such as `http://127.0.0.1:9093`. */
      readonly alertmanager: string;
    };

/** Alertmanager takes an alert for over when it was not told again until then. */
const ENDS_AFTER_MS = 240_000;
const ALERTS_PATH = "/api/v2/alerts";

export interface Posting {
  readonly logId: string;
  /** Epoch milliseconds. */
  readonly now: number;
  /** How long an answer may take, in milliseconds. */
  readonly requestMsMax: number;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
}

/** @throws Error when it was not taken */
export async function postChange(
  receiver: AlertReceiver,
  change: OwedChange,
  posting: Posting,
): Promise<void> {
  if ("alertmanager" in receiver) {
    const { state, at, ...alert } = change;
    return postAlerts(
      receiver.alertmanager,
      [{ ...alert, since: at, isOver: state === "resolved" }],
      posting,
    );
  }
  const { alert, state, severity, summary, pattern = null, position, at } = change;
  // The same for every attempt, so that who has it already can tell.
  const id = `${posting.logId}:${position}`;
  const body = JSON.stringify({ id, alert, state, severity, summary, pattern, at });
  const signature =
    receiver.secret && createHmac("sha256", receiver.secret.reveal()).update(body).digest("hex");
  await post(receiver.webhook, body, posting, {
    "idempotency-key": id,
    ...(signature !== undefined && { "x-reeve-signature": `sha256=${signature}` }),
  });
}

/** Tells an Alertmanager what fires. @throws Error when it was not taken */
export async function postAlerts(
  url: string,
  alerts: readonly (ActiveAlert & { readonly isOver?: boolean })[],
  posting: Posting,
): Promise<void> {
  const { logId, now } = posting;
  const body = alerts.map(({ alert, severity, summary, pattern, since, isOver = false }) => ({
    labels: { alertname: "Reeve", alert, severity, log: logId, ...(pattern !== undefined && { pattern }) },
    annotations: { summary },
    // When it is over, only the end is of interest; what it is told by are the labels.
    startsAt: new Date(Math.min(since, now)).toISOString(),
    endsAt: new Date(isOver ? now : now + ENDS_AFTER_MS).toISOString(),
  }));
  await post(`${url.replace(/\/$/, "")}${ALERTS_PATH}`, JSON.stringify(body), posting, {});
}

async function post(
  url: string,
  body: string,
  { requestMsMax, signal }: Posting,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const answer = await fetch(url, {
    method: "POST",
    redirect: "error",
    headers: { "content-type": "application/json", ...headers },
    body,
    signal: AbortSignal.any([signal, AbortSignal.timeout(requestMsMax)]),
  });
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`it answered ${answer.status}`);
}
