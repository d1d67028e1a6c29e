/** One span of a run, as it is before a receiver's form is given to it. */

export interface RunSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly name: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  endedAt: number;
  /** What went wrong; undefined where nothing did. */
  error: string | undefined;
  readonly attributes: Record<string, string | number | boolean>;
  /** Spans of other traces: that which brought this one about, that which it does anew, those it brought about. */
  readonly links: SpanLink[];
}

export interface SpanLink {
  readonly traceId: string;
  readonly spanId: string;
}
