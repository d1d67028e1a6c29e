/** Flat arrays that grow as a file is read: 50 million cells as boxed numbers would not fit. */

type Cells = Float64Array | Float32Array | Int32Array;

export interface Growing<Kind extends Cells> {
  push(value: number): void;
  values(): Kind;
}

/** `make` makes an array of its size in cells. */
export function growing<Kind extends Cells>(make: (size: number) => Kind): Growing<Kind> {
  let cells = make(1_024);
  let size = 0;
  return {
    push(value) {
      if (size === cells.length) {
        const grown = make(2 * size);
        grown.set(cells);
        cells = grown;
      }
      cells[size++] = value;
    },
    values() {
      const exact = make(size);
      exact.set(cells.subarray(0, size));
      return exact;
    },
  };
}
