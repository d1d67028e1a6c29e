/** A clock on which time passes faster than on the machine's, so that an hour of a log is made in minutes. */
import { systemClock, type CancelTimer, type Clock } from "reeve";

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
    timer: (delayMs, fire, options) => {
      const dueAt = passed() + delayMs;
      let cancel: CancelTimer = () => {};
      const arm = (): void => {
        // The machine's timers may be a fraction of a millisecond early, which is many here.
        const due = (): void => (passed() < dueAt ? arm() : fire());
        cancel = machine.timer((dueAt - passed()) / speed, due, options);
      };
      arm();
      return () => cancel();
    },
    hold: () => machine.hold(),
  };
}
