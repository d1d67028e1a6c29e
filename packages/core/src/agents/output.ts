/** What a child writes, kept within a limit. */
export interface Output {
  add(chunk: Buffer): void;
  text(): string;
  /** Bytes that were written, kept or not. */
  readonly size: number;
}

/** Keeps the first `bytesMax` bytes. */
export function headOf(bytesMax: number): Output {
  const chunks: Buffer[] = [];
  let size = 0;
  return {
    add: (chunk) => {
      if (size < bytesMax) chunks.push(chunk.subarray(0, bytesMax - size));
      size += chunk.length;
    },
    text: () => Buffer.concat(chunks).toString("utf8"),
    get size() {
      return size;
    },
  };
}

/** Keeps the last `bytesMax` bytes; holds up to twice as many. */
export function tailOf(bytesMax: number): Output {
  let kept: Buffer[] = [];
  let keptSize = 0;
  let size = 0;
  const trimmed = (): Buffer => Buffer.concat(kept).subarray(-bytesMax);
  return {
    add: (chunk) => {
      kept.push(chunk);
      keptSize += chunk.length;
      size += chunk.length;
      if (keptSize <= 2 * bytesMax) return;
      // A copy, so that what was cut off is freed.
      kept = [Buffer.from(trimmed())];
      keptSize = bytesMax;
    },
    text: () => trimmed().toString("utf8"),
    get size() {
      return size;
    },
  };
}
