import type ts from 'typescript';

/** See public-names.mjs. */
export interface PublicName {
  readonly name: string;
  /** The declared symbol, behind all re-exports. */
  readonly symbol: ts.Symbol;
}

/** An entry, and the names that it exports. */
export interface PublicEntry {
  /** Folder of its package. */
  readonly folder: string;
  /** As it is imported: `@cardwright/protocol/devices`. */
  readonly specifier: string;
  readonly names: readonly PublicName[];
}

/** The public names of the published packages. */
export interface PublicNames {
  readonly checker: ts.TypeChecker;
  readonly entries: readonly PublicEntry[];
}

/** A function or class. */
export interface PublicFunction extends PublicName {
  readonly entry: PublicEntry;
  /** The example of its doc comment, as code. */
  readonly example: string | undefined;
}

export function readPublicNames(): PublicNames;
export function functionsAmong(names: PublicNames): PublicFunction[];
