/** Who does the work, what waits to begin, and what begins by itself. */
import { Fragment, type JSX } from "preact";
import { act, useMayOperate } from "../actions/act.ts";
import { Action } from "../actions/run-actions.tsx";
import { useAnswer } from "../connection/answers.ts";
import type { AgentView, QueueView, ScheduleView } from "../connection/contract.ts";
import { useTopic } from "../connection/live-answers.ts";
import { countText } from "../format/count.ts";
import { durationText } from "../format/duration.ts";
import { dateText } from "../format/moment.ts";
import { BreakerText } from "../parts/breaker-text.tsx";
import { Empty } from "../parts/empty.tsx";
import { Age, Moment } from "../parts/moment.tsx";
import { Loading, Notice } from "../parts/notice.tsx";
import { StatusBadge } from "../parts/status.tsx";
import { hrefOf } from "../shell/address.ts";
import { Link } from "../shell/link.tsx";

/** The page. */
export function AgentsPage(): JSX.Element {
  useTopic("runs");
  const agents = useAnswer("agents", {});
  const queues = useAnswer("queues", {});
  const schedules = useAnswer("schedules", {});
  return (
    <div class="page">
      <header class="page-head">
        <h1>Agents and queues</h1>
      </header>
      <Notice error={agents.error ?? queues.error ?? schedules.error} />
      <section class="card card-table" aria-labelledby="agents">
        <header>
          <h2 id="agents">Agents</h2>
        </header>
        {agents.value === undefined ? <Loading /> : <Agents agents={agents.value.agents} />}
      </section>
      <section class="card card-table" aria-labelledby="queues">
        <header>
          <h2 id="queues">Queues</h2>
        </header>
        {queues.value === undefined ? <Loading rows={2} /> : <Queues queues={queues.value.queues} />}
      </section>
      <section class="card card-table" aria-labelledby="schedules">
        <header>
          <h2 id="schedules">Schedules</h2>
        </header>
        {schedules.value === undefined ? (
          <Loading rows={2} />
        ) : (
          <Schedules schedules={schedules.value.schedules} />
        )}
      </section>
    </div>
  );
}

function Agents({ agents }: { readonly agents: readonly AgentView[] }): JSX.Element {
  const mayOperate = useMayOperate();
  if (agents.length === 0)
    return <Empty title="No pattern with an agent is registered." command={["reeve", "init"]} />;
  return (
    <table class="rows">
      <thead>
        <tr>
          <th scope="col">Agent</th>
          <th scope="col">Runs on</th>
          <th scope="col" class="number extra">
            Attempts
          </th>
          <th scope="col" class="number extra">
            Time limit
          </th>
          <th scope="col" class="number extra">
            At once
          </th>
          <th scope="col" class="extra">
            Undo
          </th>
          <th scope="col" class="extra">
            Patterns
          </th>
          <th scope="col">
            <span class="unseen">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {agents.map((agent) => (
          <Fragment key={agent.name}>
            <AgentRow agent={agent} mayOperate={mayOperate} />
            {agent.breaker !== null && <BreakerRow breaker={agent.breaker} />}
          </Fragment>
        ))}
      </tbody>
    </table>
  );
}

function AgentRow({
  agent,
  mayOperate,
}: {
  readonly agent: AgentView;
  readonly mayOperate: boolean;
}): JSX.Element {
  const { name, paused } = agent;
  const press = (): void =>
    void (paused === null
      ? act("pauseAgent", { name }, "Paused the agent")
      : act("resumeAgent", { name }, "The agent goes on"));
  return (
    <tr>
      <th scope="row" class="cut">
        {name} {paused !== null && <StatusBadge status="paused" />}
      </th>
      <td class="muted">{agent.runsOn}</td>
      <td class="number extra">{agent.attempts}</td>
      <td class="number extra">{agent.timeoutMs === null ? "–" : durationText(agent.timeoutMs)}</td>
      <td class="number extra">{agent.concurrency ?? "–"}</td>
      <td class="muted extra">{agent.hasUndo ? "yes" : agent.idempotent ? "not needed" : "no"}</td>
      <td class="cut muted extra">{agent.patterns.join(", ")}</td>
      <td class="number">
        <Action
          label={paused === null ? "Pause" : "Resume"}
          title={paused === null ? "Hold back every attempt of it" : "Let it go on"}
          isAllowed={mayOperate}
          isMain={paused !== null}
          command={["reeve", paused === null ? "pause" : "resume", "--agent", name]}
          onPress={press}
        />
      </td>
    </tr>
  );
}

/** Why attempts of the agent above wait, and until when. */
function BreakerRow({ breaker }: { readonly breaker: NonNullable<AgentView["breaker"]> }): JSX.Element {
  return (
    <tr class="row-told">
      <td colSpan={8} class="muted small">
        {/* In a paragraph a link looks like one. */}
        <p>
          <StatusBadge status={breaker.state} /> <BreakerText breaker={breaker} />
        </p>
      </td>
    </tr>
  );
}

function Queues({ queues }: { readonly queues: readonly QueueView[] }): JSX.Element {
  if (queues.length === 0) {
    return (
      <Empty title="Nothing waits to begin." command={["reeve", "runs", "--state", "queued"]}>
        Runs are queued where a pattern has limits, or when they are started with a delay.
      </Empty>
    );
  }
  return (
    <table class="rows">
      <thead>
        <tr>
          <th scope="col">Pattern</th>
          <th scope="col" class="number">
            Queued
          </th>
          <th scope="col" class="number">
            Oldest
          </th>
          <th scope="col" class="extra">
            Limits
          </th>
          <th scope="col">Waits for</th>
        </tr>
      </thead>
      <tbody>
        {queues.map((queue) => (
          <tr key={queue.pattern}>
            <th scope="row" class="cut">
              <Link href={hrefOf("/runs", { pattern: queue.pattern, status: "queued" })}>
                {queue.pattern}
              </Link>{" "}
              {queue.paused && <StatusBadge status="paused" />}
            </th>
            <td class="number">{countText(queue.depth)}</td>
            <td class="number">
              <Age at={queue.oldestAt} suffix="" />
            </td>
            <td class="muted extra">{queue.limits.join(", ")}</td>
            <td class="cut muted">
              {queue.places
                .slice(0, 4)
                .map(({ place, count }) => `${place} ×${count}`)
                .join(", ")}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Schedules know no seconds. */
function toMinute(at: number): string {
  return dateText(at).slice(0, "2031-04-05 14:03".length);
}

function Schedules({ schedules }: { readonly schedules: readonly ScheduleView[] }): JSX.Element {
  if (schedules.length === 0) {
    return (
      <Empty
        title="Nothing is scheduled."
        command={["reeve", "schedule", "NAME", "PATTERN", "--cron", "0 3 * * *"]}
      />
    );
  }
  return (
    <table class="rows">
      <thead>
        <tr>
          <th scope="col">Schedule</th>
          <th scope="col" class="extra">
            Pattern
          </th>
          <th scope="col">When</th>
          <th scope="col">Next</th>
          <th scope="col" class="extra">
            Set by
          </th>
        </tr>
      </thead>
      <tbody>
        {schedules.map((schedule) => (
          <tr key={schedule.name}>
            <th scope="row">{schedule.name}</th>
            <td class="cut extra">{schedule.pattern}</td>
            <td>
              <code>{schedule.cron}</code> <span class="muted">{schedule.timeZone}</span>
            </td>
            <td>{schedule.nextAt === null ? "never" : toMinute(schedule.nextAt)}</td>
            <td class="muted extra">
              {schedule.setBy} <Moment at={schedule.setAt} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
