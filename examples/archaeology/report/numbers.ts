/** Owns how numbers, shares and dates are written, the same everywhere and independent of the machine's locale. */

/** Whole number with thin grouping: `12 345`, joined by narrow spaces that don't break. */
export function count(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const digits = String(Math.abs(Math.round(value)));
  const grouped = digits.replace(/\B(?=(\d{3})+$)/g, "\u202f");
  return value < 0 && digits !== "0" ? `−${grouped}` : grouped;
}

/** A number with its noun: `1 file`, `2 files`. */
export function countOf(value: number, singular: string, plural = `${singular}s`): string {
  return `${count(value)} ${value === 1 ? singular : plural}`;
}

/** A share of 1 as percent. Only nothing is 0% and only the whole is 100%. */
export function percent(share: number): string {
  if (!Number.isFinite(share)) return "–";
  const value = share * 100;
  if (value > 0 && value < 0.95) return value < 0.1 ? "<0.1%" : `${value.toFixed(1)}%`;
  if (value > 99.05 && value < 100) return value > 99.9 ? ">99.9%" : `${value.toFixed(1)}%`;
  return `${Math.round(value)}%`;
}

/** `part / whole`, 0 for an empty whole. */
export function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}

/** Bytes with a binary unit: `1.4 MiB`. */
export function bytes(value: number): string {
  if (value < 1024) return `${count(value)} B`;
  const units = ["KiB", "MiB", "GiB", "TiB"];
  let scaled = value / 1024;
  let unit = 0;
  while (scaled >= 1024 && unit < units.length - 1) {
    scaled /= 1024;
    unit += 1;
  }
  return `${scaled < 10 ? scaled.toFixed(1) : count(scaled)} ${units[unit] ?? ""}`;
}

/** Short axis label: `1`, `500`, `20k`, `3M`. */
export function axisCount(value: number): string {
  if (value >= 1_000_000) return `${Math.round(value / 100_000) / 10}M`;
  if (value >= 1000) return `${Math.round(value / 100) / 10}k`;
  return String(Math.round(value));
}

/** Day of an ISO 8601 time: `2026-01-31`. */
export function isoDay(time: string): string {
  return /^\d{4}-\d\d-\d\d/.exec(time)?.[0] ?? time;
}

/** Minute of an ISO 8601 time in UTC: `2026-01-31 09:30 UTC`. */
export function isoMinute(time: string): string {
  const parts = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)/.exec(time);
  return parts === null ? time : `${parts[1] ?? ""} ${parts[2] ?? ""} UTC`;
}
