/** See node-versions.mjs. */
export const NODE_VERSIONS: readonly string[];
export function nodeOf(version: string): string;
export function ensureNodeVersions(): Promise<void>;
