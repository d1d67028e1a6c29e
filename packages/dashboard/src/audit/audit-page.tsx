/** Who did what, the newest first. */
import type { JSX } from "preact";
import { useAnswer } from "../connection/answers.ts";
import { useTopic } from "../connection/live-answers.ts";
import { Empty } from "../parts/empty.tsx";
import { Moment } from "../parts/moment.tsx";
import { Loading, Notice } from "../parts/notice.tsx";
import { RunLink } from "../parts/run-link.tsx";
import { visibleText } from "../format/visible-text.ts";

/** The page. */
export function AuditPage(): JSX.Element {
  useTopic("runs");
  const { value, error } = useAnswer("audit", {});
  const acts = value?.acts ?? [];
  return (
    <div class="page">
      <header class="page-head">
        <h1>Audit</h1>
      </header>
      <Notice error={error} />
      {value === undefined && error === undefined && <Loading />}
      {value !== undefined && acts.length === 0 && (
        <Empty title="Nobody has done anything." command={["reeve", "pause", "RUN"]}>
          Cancels, answers, pauses and schedules appear here with who asked for them.
        </Empty>
      )}
      {acts.length > 0 && (
        <div class="card card-table">
          <table class="rows">
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">Who</th>
                <th scope="col">What</th>
                <th scope="col">Of what</th>
                <th scope="col">Run</th>
                <th scope="col">Why</th>
              </tr>
            </thead>
            <tbody>
              {acts.map((act) => (
                <tr key={act.position}>
                  <td class="muted">
                    <Moment at={act.at} />
                  </td>
                  <td>{act.by}</td>
                  <th scope="row">{act.kind}</th>
                  <td class="cut muted">{visibleText(act.subject ?? "")}</td>
                  <td class="cut">{act.run !== null && <RunLink run={act.run} />}</td>
                  <td class="cut muted">{visibleText(act.reason ?? "")}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}
