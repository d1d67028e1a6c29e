/**
 * A run as one line of JSON: its record, its events, and the values they refer to by number. A value is the codec's
 * text as it is: JSON, in which a kind of value that JSON lacks is an object with one key such as `~d`
 * (delegation/codec.ts), so that nothing is lost.
 */
import type { Event } from "../../delegation/event.ts";
import type { PayloadId } from "../../delegation/reference.ts";
import type { Encoded } from "../engine.ts";
import type { RunRow } from "../store.ts";

/** Is told the events page by page: a long run must not be written at one go. */
export class ArchiveLine {
  readonly #events: string[] = [];
  readonly #values: string[] = [];

  addEvents(events: readonly Event[]): void {
    for (const event of events) this.#events.push(JSON.stringify(event));
  }

  addValue(id: PayloadId, value: Encoded): void {
    this.#values.push(`"${id}":${value}`);
  }

  of(row: RunRow): string {
    const { key: _key, inputDigest: _digest, ...run } = row;
    return `{"run":${JSON.stringify(run)},"events":[${this.#events.join(",")}],"values":{${this.#values.join(",")}}}`;
  }
}
