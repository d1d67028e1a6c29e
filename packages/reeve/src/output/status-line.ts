/** One line about work under way, on terminals only: what is piped gets answers and errors. */
import { openLiveDisplay } from "./live-display.ts";
import { countText } from "./number-text.ts";
import type { OutputStream } from "./terminal.ts";

export interface StatusLine extends Disposable {
  /** Such as "verifying runs: 1,200 of 4,000"; a total of 0 is not known. */
  show(what: string, done: number, total: number): void;
}

export function openStatusLine(stream: OutputStream): StatusLine {
  const display = stream.isLive ? openLiveDisplay(stream) : undefined;
  return {
    show: (what, done, total) => {
      const of = total > 0 ? `: ${countText(Math.min(done, total))} of ${countText(total)}` : "";
      display?.draw([stream.paint("dim", `${what}${of}`)]);
    },
    [Symbol.dispose]: () => display?.close(),
  };
}
