/** A clock on which time passes faster than on the machine's, so that an hour of a log is made in minutes. */
import { systemClock, type Clock } from "reeve";

/**
 * @param speed how many of its seconds pass in one of the machine's
 * @param startAt what it says first, in epoch milliseconds
 */
export function fastClock(speed: number, startAt: number): Clock {
  const machine = systemClock();
  const begunAt = machine.monotonic();
  const passed = (): number => (machine.monotonic() - begunAt) * speed;
  return {
    now: () => Math.floor(startAt + passed()),
    monotonic: passed,
    timer: (delayMs, fire, options) => machine.timer(delayMs / speed, fire, options),
    hold: () => machine.hold(),
  };
}
