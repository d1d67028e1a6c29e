/** Chance, as a port: nothing else in this package draws random numbers. */
import { randomBytes, randomFillSync } from "node:crypto";

export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A new id: 128 bits as 32 hexadecimal digits. */
  id(): string;
}

const ID_BYTES = 16;
/** Drawn at once: a call of the generator takes longer than an id. */
const DRAWN_BYTES = 256 * ID_BYTES;

/** The platform's generator; not for secrets. */
export function systemRandom(): Random {
  const drawn = Buffer.allocUnsafeSlow(DRAWN_BYTES);
  let used = DRAWN_BYTES;
  const id = (): string => {
    if (used === DRAWN_BYTES) {
      randomFillSync(drawn);
      used = 0;
    }
    used += ID_BYTES;
    return drawn.toString("hex", used - ID_BYTES, used);
  };
  return { next: () => Math.random(), id };
}

/**
 * A seeded generator: the same seed gives the same sequence on every machine.
 *
 * Mulberry32 (public domain, Tommy Ettinger's design as published by bryc): 32 bits of state, period 2^32, passes
 * gjrand; enough for simulation and jitter, not for cryptography.
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const word = (): string =>
    Math.floor(next() * 2 ** 32)
      .toString(16)
      .padStart(8, "0");
  return { next, id: () => word() + word() + word() + word() };
}

/** Bytes that nobody can foresee, for keys and nonces: never from a seed, with which their secrecy would be gone. */
export function unforeseeableBytes(count: number): Buffer {
  return randomBytes(count);
}
