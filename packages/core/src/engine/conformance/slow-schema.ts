/** A schema that accepts everything, once it is told to answer: user code that a walk has to wait for. */
import type { Schema } from "../../delegation/schema.ts";

export class SlowSchema implements Schema {
  #answer: () => void = () => {};

  readonly "~standard": Schema["~standard"] = {
    version: 1,
    vendor: "reeve",
    validate: (value) => new Promise((resolve) => (this.#answer = () => resolve({ value }))),
  };

  /** Answers the question asked last. */
  answer(): void {
    this.#answer();
  }
}
