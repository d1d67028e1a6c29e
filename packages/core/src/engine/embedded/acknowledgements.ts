/**
 * Those who wait for commits, in the order in which they asked. Called a few at a time while a thread writes, so that what
 * the first bring about is on its way to the disk while the others go on (docs/algorithms/group-commit.md).
 *
 * Invariants: (1) each is called once, and before everybody that was added later; (2) who was called is forgotten, since a
 * run hangs on him.
 */
export class Acknowledgements {
  #due: readonly (() => void)[] = [];
  #called = 0;
  readonly #failed: (error: unknown) => void;

  /** @param failed is told what one of them threw */
  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  /** Their commit is on disk. */
  add(acknowledgements: readonly (() => void)[]): void {
    this.#due =
      this.#due.length === 0 ? acknowledgements : [...this.#due.slice(this.#called), ...acknowledgements];
    this.#called = 0;
  }

  /**
   * Calls the next of them.
   * @param max so many at most
   * @returns whether some are left
   */
  call(max: number): boolean {
    for (let left = max; left > 0; left--) {
      // Looked up each time: who is called may have the others dropped.
      const acknowledge = this.#due[this.#called++];
      if (!acknowledge) break;
      try {
        acknowledge();
      } catch (error) {
        this.#failed(error);
      }
    }
    if (this.#called < this.#due.length) return true;
    this.drop();
    return false;
  }

  /** So many are not called yet. */
  get count(): number {
    return this.#due.length - this.#called;
  }

  /** Nobody of them is called any more. */
  drop(): void {
    this.#due = [];
    this.#called = 0;
  }
}
