/** See entries.mjs. */
export interface Entry {
  /** As it is imported: `@cardwright/protocol/devices`. */
  readonly specifier: string;
  /** From the root of the clone: `protocol/src/entries/devices.ts`. */
  readonly source: string;
  /** From the root of the clone: `protocol/dist/entries/devices.d.ts`. */
  readonly types: string;
}

export const PUBLISHED: readonly string[];
export function entriesOf(folder: string): Entry[];
