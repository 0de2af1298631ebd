/** Undoes one change. */
export type Undo = () => void;

interface Entry<Row> {
  readonly row: Row;
  /** Position in the order of addition. */
  readonly order: number;
}

/** Rows that are found by id, or by a value of an index, without scanning all rows. */
export class MemoryTable<Row extends { readonly id: string }, Index extends string> {
  readonly #entries = new Map<string, Entry<Row>>();
  readonly #found = new Map<string, Map<string, Entry<Row>>>();
  readonly #indexes: readonly (readonly [string, (row: Row) => string | null])[];
  #added = 0;

  /** @param indexes the value under which each index lists a row; null leaves the row out of that index */
  constructor(indexes: Readonly<Record<Index, (row: Row) => string | null>>) {
    this.#indexes = Object.entries<(row: Row) => string | null>(indexes);
  }

  get(id: string): Row | undefined {
    return this.#entries.get(id)?.row;
  }

  /** Returns all rows, in the order in which they were added. */
  all(): readonly Row[] {
    return inOrder(this.#entries);
  }

  /** Returns the rows that an index lists under a value, in the order in which they were added. */
  where(index: Index, value: string): readonly Row[] {
    const found = this.#found.get(key(index, value));
    return found ? inOrder(found) : [];
  }

  /** Adds a row, or replaces the row with the same id. Returns a function that undoes this. */
  put(row: Row): Undo {
    const before = this.#entries.get(row.id);
    this.#place(row.id, { row, order: before?.order ?? (this.#added += 1) });
    return () => this.#place(row.id, before);
  }

  #place(id: string, entry: Entry<Row> | undefined): void {
    const before = this.#entries.get(id);
    for (const found of before ? this.#keysOf(before.row) : []) {
      const entries = this.#found.get(found);
      entries?.delete(id);
      if (entries?.size === 0) this.#found.delete(found);
    }
    if (!entry) {
      this.#entries.delete(id);
      return;
    }
    this.#entries.set(id, entry);
    for (const found of this.#keysOf(entry.row)) {
      const entries = this.#found.get(found) ?? new Map<string, Entry<Row>>();
      this.#found.set(found, entries.set(id, entry));
    }
  }

  #keysOf(row: Row): readonly string[] {
    return this.#indexes.flatMap(([index, valueOf]) => {
      const value = valueOf(row);
      return value === null ? [] : [key(index, value)];
    });
  }
}

const key = (index: string, value: string): string => `${index} ${value}`;

const inOrder = <Row>(entries: ReadonlyMap<string, Entry<Row>>): Row[] =>
  [...entries.values()].sort((a, b) => a.order - b.order).map(({ row }) => row);
