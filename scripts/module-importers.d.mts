export function importersAmong(files: readonly string[]): Map<string, Set<string>>;
export function isModule(file: string): boolean;
export function reachedFrom(changed: readonly string[], importers: Map<string, Set<string>>): Set<string>;
