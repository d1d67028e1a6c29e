/** How long what is used up will last, as far as that can be said: one sentence each, with its bounds. */
import type { JSX } from "preact";
import { now } from "../connection/clock.ts";
import type { ForecastView } from "../connection/contract.ts";
import { bytesText, shareText } from "../format/count.ts";
import { StatusIcon, type Status } from "../parts/status.tsx";
import { forecastText } from "./forecast-text.ts";

const NAMES: Readonly<Record<ForecastView["of"], string>> = {
  heap: "Heap",
  memory: "The machine's memory",
  disk: "Disk",
};
/** Nearer than this it wants somebody's look. */
const SOON_MS = 6 * 3_600_000;

/** One card for each. */
export function Forecasts({ forecasts }: { readonly forecasts: readonly ForecastView[] }): JSX.Element {
  return (
    <ul class="gauges" aria-label="What is left">
      {forecasts.map((forecast) => (
        <li key={forecast.of} class="card gauge">
          <h2>{NAMES[forecast.of]}</h2>
          <p class="gauge-figure">{figureText(forecast)}</p>
          {forecast.of !== "disk" && <UsedBar share={forecast.used / forecast.limit} />}
          <p class="gauge-note">
            <StatusIcon status={statusOf(forecast, now.value)} size={12} />
            <span>{forecastText(forecast, now.value)}</span>
          </p>
        </li>
      ))}
    </ul>
  );
}

function figureText({ of, used, limit }: ForecastView): string {
  if (of === "disk") return `${bytesText(limit - used)} free`;
  if (of === "memory") return `${shareText(used)} in use`;
  return `${bytesText(used)} of ${bytesText(limit)}`;
}

/** What is in use, as a bar that gets another colour when little is left. */
function UsedBar({ share }: { readonly share: number }): JSX.Element {
  const part = Math.min(1, Math.max(0, share));
  const tone = part > 0.9 ? "var(--bad)" : part > 0.75 ? "var(--warn)" : "var(--accent)";
  return (
    <svg class="gauge-bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
      <rect width="100" height="6" fill="var(--line)" />
      <rect width={part * 100} height="6" fill={tone} />
    </svg>
  );
}

function statusOf({ trend, exhaustedAt }: ForecastView, at: number): Status {
  if (exhaustedAt !== null) return exhaustedAt.earliest - at < SOON_MS ? "failing" : "attention";
  return trend === "unknown" ? "queued" : "ok";
}
