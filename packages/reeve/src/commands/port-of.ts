/** Reads a port that is given on the command line. */
import { usageError } from "../command-line/command-error.ts";

const PORT_MAX = 65_535;

/** @throws CommandError that names the option */
export function portOf(option: string, text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= PORT_MAX) return Number(text);
  throw usageError(
    `--${option} is '${text}'`,
    `use a whole number from 0 to ${PORT_MAX}; 0 takes a free one`,
  );
}
