/**
 * A map that mostly has one entry or none, such as what a run waits for: its first entry needs no table. A `Map`
 * makes a new table whenever it gets empty, which in three-step runs happened nine times and took 2 µs of each.
 *
 * Invariant: entries stand in the order in which their keys came.
 */
export class FewMap<Key, Value extends object> {
  /** The first entry, if there is one: those of the table came later. */
  #key: Key | undefined;
  #value: Value | undefined;
  #others: Map<Key, Value> | undefined;

  get(key: Key): Value | undefined {
    if (this.#value !== undefined && this.#key === key) return this.#value;
    return this.#others?.get(key);
  }

  has(key: Key): boolean {
    return this.get(key) !== undefined;
  }

  /** A new key comes last; a known one keeps its place. */
  set(key: Key, value: Value): void {
    const isFirst = this.#value === undefined ? !this.#others?.size : this.#key === key;
    if (isFirst) {
      this.#key = key;
      this.#value = value;
    } else (this.#others ??= new Map<Key, Value>()).set(key, value);
  }

  delete(key: Key): boolean {
    if (this.#value === undefined || this.#key !== key) return this.#others?.delete(key) ?? false;
    this.#key = undefined;
    this.#value = undefined;
    return true;
  }

  /** A copy. */
  keys(): readonly Key[] {
    const others = this.#others?.keys() ?? [];
    return this.#key === undefined ? [...others] : [this.#key, ...others];
  }

  /** A copy. */
  values(): readonly Value[] {
    const others = this.#others?.values() ?? [];
    return this.#value === undefined ? [...others] : [this.#value, ...others];
  }
}
