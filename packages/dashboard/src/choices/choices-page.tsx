/** Why each pattern was chosen, what is believed of patterns, and whether such beliefs come true. */
import type { JSX } from "preact";
import { useAnswer } from "../connection/answers.ts";
import { useTopic } from "../connection/live-answers.ts";
import { CopyCommand } from "../parts/copy-command.tsx";
import { Empty } from "../parts/empty.tsx";
import { Loading, Notice } from "../parts/notice.tsx";
import { parameter, setParameters } from "../shell/address.ts";
import { CalibrationPlot } from "./calibration-plot.tsx";
import { ChoiceCard } from "./choice-card.tsx";
import { LearnedTable } from "./learned-table.tsx";

const CHOICES_SHOWN = 15;
const DELEGATING = ["reeve", "delegate", "--domain", "DOMAIN", "--input", "{}"];

/** The page. */
export function ChoicesPage(): JSX.Element {
  useTopic("runs");
  const pattern = parameter("pattern");
  const domain = parameter("domain");
  const of = { ...(pattern === "" ? {} : { pattern }), ...(domain === "" ? {} : { domain }) };
  const choices = useAnswer("choices", { ...of, limit: CHOICES_SHOWN });
  const learned = useAnswer("confidence", {});
  const calibration = useAnswer("calibration", pattern === "" ? {} : { pattern }).value;
  const all = learned.value?.confidence ?? [];
  const rows = all.filter(
    (row) => (pattern === "" || row.pattern === pattern) && (domain === "" || row.domain === domain),
  );
  return (
    <div class="page">
      <header class="page-head">
        <h1>Choices</h1>
        <CopyCommand words={["reeve", "confidence"]} />
      </header>
      <Notice error={choices.error ?? learned.error} />
      <form
        class="filters"
        role="search"
        aria-label="Filter choices"
        onSubmit={(event) => event.preventDefault()}
      >
        <Filter name="pattern" value={pattern} options={all.map((row) => row.pattern)} />
        <Filter name="domain" value={domain} options={all.map((row) => row.domain)} />
      </form>
      <section class="card" aria-labelledby="latest">
        <header>
          <h2 id="latest">Latest choices</h2>
        </header>
        {choices.value === undefined ? (
          <Loading rows={6} />
        ) : choices.value.choices.length === 0 ? (
          <Empty title="Nothing was chosen." command={DELEGATING}>
            A task that is delegated has its pattern chosen by what was learned; why is told here.
          </Empty>
        ) : (
          choices.value.choices.map((choice, index) => (
            <ChoiceCard key={choice.run} choice={choice} isOpen={index === 0} />
          ))
        )}
      </section>
      {calibration !== undefined && calibration.count > 0 && (
        <section class="card" aria-labelledby="calibration">
          <header>
            <h2 id="calibration">Do beliefs come true?</h2>
          </header>
          <CalibrationPlot calibration={calibration} />
        </section>
      )}
      {rows.length > 0 && (
        <section class="card" aria-labelledby="learned">
          <header>
            <h2 id="learned">What was learned</h2>
          </header>
          <LearnedTable rows={rows} />
        </section>
      )}
    </div>
  );
}

interface FilterProps {
  readonly name: "pattern" | "domain";
  readonly value: string;
  readonly options: readonly string[];
}

function Filter({ name, value, options }: FilterProps): JSX.Element {
  const names = [...new Set(value === "" ? options : [value, ...options])].toSorted();
  return (
    <label>
      <span class="unseen">{name === "pattern" ? "Pattern" : "Domain"}</span>
      <select value={value} onChange={(event) => setParameters({ [name]: event.currentTarget.value })}>
        <option value="">any {name}</option>
        {names.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
    </label>
  );
}
