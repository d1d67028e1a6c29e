/** What went wrong with reading a page, above what was last read. */
import type { JSX } from "preact";
import type { RequestError } from "../connection/request.ts";

/** Nothing where there is no error. */
export function Notice({ error }: { readonly error: RequestError | undefined }): JSX.Element | null {
  if (error === undefined || error.status === 0) return null;
  return (
    <p class="notice" role="alert">
      <strong>{error.message}</strong>
      {error.hint !== undefined && <span> {error.hint}</span>}
      <code>{error.code}</code>
    </p>
  );
}

/** Lines in place of rows that are still being read. */
export function Loading({ rows = 4 }: { readonly rows?: number }): JSX.Element {
  return (
    <div class="loading" role="status" aria-busy="true" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        <span key={index} />
      ))}
    </div>
  );
}
