/** Whether somebody sits before this process. */
import { outputStream } from "./terminal.ts";

/** Both streams go to a terminal that can redraw itself, and the variable CI says of no machine. */
export function isWatched(): boolean {
  return [process.stdout, process.stderr].every((stream) => outputStream(stream, process.env).isLive);
}
