/** The pattern under test: a refund that somebody has to allow within 30 days, and a letter a week later. */
import { agent, approval, delay, sequential } from "reeve";

export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

/** What the pattern needs of the world outside; a test hands in its own. */
export interface Bank {
  /** Pays once per key, however often it is asked. */
  pay(key: string, cents: number, signal: AbortSignal): Promise<void>;
}

/** Makes the pattern for a bank. */
export function makeRefund(bank: Bank) {
  const pay = agent("pay", {
    timeoutMs: 5 * MINUTE_MS,
    retry: { attempts: 3, delayMs: MINUTE_MS, delayMsMax: 10 * MINUTE_MS },
    run: async (cents: number, ctx): Promise<number> => {
      await bank.pay(ctx.idempotencyKey, cents, ctx.signal);
      return cents;
    },
  });
  const write = agent("write", { run: async (cents: number): Promise<string> => `we paid ${cents} cents` });
  return sequential("refund", {
    steps: [approval("allowed", { timeoutMs: 30 * DAY_MS }), pay, delay(7 * DAY_MS), write],
  });
}
