/** An error: what happened, where, what helps; the stack on demand. All of it is text. */
import type { JSX } from "preact";
import type { ErrorView } from "../connection/contract.ts";
import { pathText } from "../format/path.ts";
import { visibleText } from "../format/visible-text.ts";
import { runHref } from "../shell/address.ts";
import { Link } from "../shell/link.tsx";

interface ErrorBoxProps {
  readonly error: ErrorView;
  readonly run: string;
  readonly title: string;
}

/** The error with its causes. */
export function ErrorBox({ error, run, title }: ErrorBoxProps): JSX.Element {
  return (
    <div class="callout callout-bad error-box">
      <p class="error-title">
        <strong>{title}</strong>
        {error.path !== "" && (
          <>
            {" at "}
            <Link href={runHref(run, { step: error.path })}>{pathText(error.path)}</Link>
          </>
        )}
        {error.attempt !== null && <span class="muted"> attempt {error.attempt}</span>}
        <code>{error.code}</code>
      </p>
      <p class="error-message">{visibleText(error.message)}</p>
      {error.hint !== null && <p class="error-hint">{error.hint}</p>}
      <Causes error={error} />
      {error.stack !== null && (
        <details>
          <summary>Stack</summary>
          <pre tabIndex={0}>{visibleText(error.stack)}</pre>
        </details>
      )}
    </div>
  );
}

const CAUSES_MAX = 5;

function Causes({ error }: { readonly error: ErrorView }): JSX.Element | null {
  const causes: ErrorView[] = [];
  for (let cause = error.cause; cause !== null && causes.length < CAUSES_MAX; cause = cause.cause)
    causes.push(cause);
  if (causes.length === 0) return null;
  return (
    <ul class="causes">
      {causes.map((cause, index) => (
        <li key={index}>
          <span class="muted">because of</span> {cause.name}: {visibleText(cause.message)}
        </li>
      ))}
    </ul>
  );
}
