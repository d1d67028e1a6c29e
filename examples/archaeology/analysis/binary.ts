/** Owns telling text from other content. */

/** A zero byte among the first 512, where cloc looks too: no text encoding that is read here has one. */
export function startsBinary(content: Uint8Array): boolean {
  return content.subarray(0, 512).includes(0);
}
