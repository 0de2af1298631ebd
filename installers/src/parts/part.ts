/** A work of others that is shipped. */
export interface Part {
  readonly name: string;
  /** Null if the package that contains the work does not say which version it has. */
  readonly version: string | null;
  /** SPDX expression. */
  readonly licence: string;
  /** Address of the source. */
  readonly source: string;
  /** The whole licence. */
  readonly text: string;
}
