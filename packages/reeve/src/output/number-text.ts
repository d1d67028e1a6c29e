/** Numbers as people read them, the same in every locale. */

/** With thin grouping, such as "12,345". */
export function countText(count: number): string {
  return Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Such as "0.4/s", "12/s", "1,234/s". */
export function rateText(perSecond: number): string {
  return `${perSecond < 10 ? perSecond.toFixed(1) : countText(perSecond)}/s`;
}

/** Such as "1 run" or "3 runs". */
export function plural(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? "" : "s"}`;
}
