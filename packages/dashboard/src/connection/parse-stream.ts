/** Server-sent events from pieces of text, wherever the pieces are cut. Pure. */

export interface Sent {
  /** The position to go on from; undefined where the message has none. */
  readonly id: string | undefined;
  readonly text: string;
}

/** A function to feed with text; hands on each whole message, and each heartbeat as undefined. */
export function streamParser(take: (message: Sent | undefined) => void): (piece: string) => void {
  let rest = "";
  let id: string | undefined;
  let lines: string[] = [];
  const takeLine = (line: string): void => {
    if (line === "") {
      if (lines.length > 0) take({ id, text: lines.join("\n") });
      lines = [];
      id = undefined;
    } else if (line.startsWith(":")) take(undefined);
    else if (line.startsWith("data:")) lines.push(line.slice(line.startsWith("data: ") ? 6 : 5));
    else if (line.startsWith("id:")) id = line.slice(3).trim();
  };
  return (piece) => {
    const parts = (rest + piece).split(/\r\n|\n|\r(?!$)/);
    rest = parts.pop() ?? "";
    for (const line of parts) takeLine(line);
  };
}
