import type ts from 'typescript';

/** See public-names.mjs. */
export interface PublicName {
  readonly name: string;
  /** As it is declared, whatever has passed it on. */
  readonly symbol: ts.Symbol;
}

/** An entry, and what it gives. */
export interface PublicEntry {
  /** Folder of its package. */
  readonly folder: string;
  /** As it is imported: `@cardwright/protocol/devices`. */
  readonly specifier: string;
  readonly names: readonly PublicName[];
}

/** All that the published packages give. */
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
