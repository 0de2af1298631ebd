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

export function readPublicNames(): { readonly checker: ts.TypeChecker; readonly entries: readonly PublicEntry[] };
export function isCallable(checker: ts.TypeChecker, symbol: ts.Symbol): boolean;
export function exampleOf(symbol: ts.Symbol): string | undefined;
