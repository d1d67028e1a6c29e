/**
 * A map for what comes and goes by the thousand, such as the runs in memory.
 *
 * V8 allocates the table that follows a map's full one among the long-lived objects if the full one was there. Given
 * up, such a table lies there until the next collection of the whole heap, and whatever was in it when it was full is
 * taken for alive until then. With 128 runs at once nearly all that ended were kept like that, 5 KB each. Here a table
 * holds cells, and a cell is emptied when its entry goes.
 */
export class PassingMap<Key extends string | number, Value extends object> {
  readonly #cells = new Map<Key, Cell<Value>>();

  get size(): number {
    return this.#cells.size;
  }

  get(key: Key): Value | undefined {
    return this.#cells.get(key)?.value;
  }

  has(key: Key): boolean {
    return this.#cells.has(key);
  }

  /** A new key comes last; a known one keeps its place. */
  set(key: Key, value: Value): void {
    const cell = this.#cells.get(key);
    if (cell) cell.value = value;
    else this.#cells.set(key, new Cell(value));
  }

  delete(key: Key): boolean {
    const cell = this.#cells.get(key);
    if (!cell) return false;
    cell.value = undefined;
    return this.#cells.delete(key);
  }

  clear(): void {
    for (const cell of this.#cells.values()) cell.value = undefined;
    this.#cells.clear();
  }

  keys(): Iterable<Key> {
    return this.#cells.keys();
  }

  /** In the order in which their keys came. */
  *values(): Generator<Value, void> {
    for (const { value } of this.#cells.values()) if (value) yield value;
  }
}

/** A class: literals that live a little longer at first are made among the long-lived objects later on. */
class Cell<Value> {
  value: Value | undefined;

  constructor(value: Value) {
    this.value = value;
  }
}
