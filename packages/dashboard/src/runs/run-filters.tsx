/** What narrows and orders the list of runs. */
import type { JSX } from "preact";
import { useAnswer } from "../connection/answers.ts";
import { statusText } from "../parts/status.tsx";
import { parameter, setParameters } from "../shell/address.ts";
import { OUTCOMES, PRESETS, STATES } from "./run-query.ts";

const HOUR_MS = 3_600_000;

const PERIODS = [
  { value: "", label: "any time" },
  { value: String(HOUR_MS), label: "last hour" },
  { value: String(24 * HOUR_MS), label: "last 24 hours" },
  { value: String(7 * 24 * HOUR_MS), label: "last 7 days" },
];

const ORDERS = [
  { value: "", label: "newest first" },
  { value: "started up", label: "oldest first" },
  { value: "ended", label: "ended last" },
  { value: "duration", label: "longest first" },
];

/** The row of filters; every change begins at the first page. */
export function RunFilters(): JSX.Element {
  const { value } = useAnswer("patterns", {});
  const names = (value?.patterns ?? []).map(({ name }) => name);
  const pattern = parameter("pattern");
  const set = (changes: Readonly<Record<string, string>>): void => setParameters({ ...changes, after: "" });
  const options = [...new Set(pattern === "" ? names : [pattern, ...names])].toSorted();
  return (
    <form class="filters" role="search" aria-label="Filter runs" onSubmit={(event) => event.preventDefault()}>
      <StatusFilter onChoose={(status) => set({ status })} />
      <label>
        <span class="unseen">Pattern</span>
        <select value={pattern} onChange={(event) => set({ pattern: event.currentTarget.value })}>
          <option value="">any pattern</option>
          {options.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <Choice
        label="Started"
        options={PERIODS}
        value={parameter("since")}
        onChoose={(since) => set({ since })}
      />
      <Choice
        label="Order"
        options={ORDERS}
        value={`${parameter("sort")} ${parameter("order")}`.trim()}
        onChoose={(order) => {
          const [sort = "", direction = ""] = order.split(" ");
          set({ sort, order: direction });
        }}
      />
      <label>
        <span class="unseen">Domain</span>
        <input
          type="search"
          placeholder="any domain"
          size={14}
          value={parameter("domain")}
          onChange={(event) => set({ domain: event.currentTarget.value.trim() })}
        />
      </label>
    </form>
  );
}

function StatusFilter({ onChoose }: { readonly onChoose: (status: string) => void }): JSX.Element {
  const status = parameter("status");
  const isPreset = PRESETS.some(({ value }) => value === status);
  return (
    <>
      <div class="segments" role="group" aria-label="Status">
        {PRESETS.map(({ value, label }) => (
          <button key={value} type="button" aria-pressed={value === status} onClick={() => onChoose(value)}>
            {label}
          </button>
        ))}
      </div>
      <label>
        <span class="unseen">One status</span>
        <select value={isPreset ? "" : status} onChange={(event) => onChoose(event.currentTarget.value)}>
          <option value="">any status</option>
          <optgroup label="Unfinished">
            {STATES.map((state) => (
              <option key={state} value={state}>
                {statusText(state)}
              </option>
            ))}
          </optgroup>
          <optgroup label="Ended">
            {OUTCOMES.map((outcome) => (
              <option key={outcome} value={outcome}>
                {statusText(outcome)}
              </option>
            ))}
          </optgroup>
        </select>
      </label>
    </>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly value: string;
  readonly onChoose: (value: string) => void;
}

function Choice({ label, options, value, onChoose }: ChoiceProps): JSX.Element {
  return (
    <label>
      <span class="unseen">{label}</span>
      <select value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}
