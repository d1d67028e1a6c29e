/** Sizes of files for people. */

const KIBIBYTE = 1_024;
const MEBIBYTE = KIBIBYTE * KIBIBYTE;

export function byteText(bytes: number): string {
  return bytes < MEBIBYTE
    ? `${Math.ceil(bytes / KIBIBYTE)} KiB`
    : `${Math.round(bytes / MEBIBYTE).toLocaleString("en")} MiB`;
}
