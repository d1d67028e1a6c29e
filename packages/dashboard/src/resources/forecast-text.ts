/** A forecast in words: what the line says, and how sure it is. Pure. */
import type { ForecastView } from "../connection/contract.ts";
import { bytesText, shareText } from "../format/count.ts";
import { ageText } from "../format/duration.ts";

/** What the line says, and how sure it is. */
export function forecastText(forecast: ForecastView, at: number): string {
  const { trend, exhaustedAt, overMs, perHour } = forecast;
  const over = `over the last ${ageText(overMs)}`;
  if (trend === "unknown" || perHour === null) return "Measured too briefly to tell a trend.";
  if (trend === "none") return `No trend ${over}.`;
  const rate = `${rateOf(forecast, Math.abs(perHour.mean))} an hour ${over}`;
  if (trend === "away") return `Getting less: ${rate}.`;
  if (exhaustedAt === null) return `Growing by ${rate}; it lasts longer than can be said from that.`;
  const [earliest, latest] = [exhaustedAt.earliest - at, exhaustedAt.latest - at];
  return `Growing by ${rate}; used up in ${ageText(exhaustedAt.at - at)} (${ageText(earliest)} to ${ageText(latest)}).`;
}

function rateOf({ of }: ForecastView, amount: number): string {
  return of === "memory" ? shareText(amount) : bytesText(amount);
}
