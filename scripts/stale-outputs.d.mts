/** See stale-outputs.mjs. */
export function removeStaleOutputs(folder: string): void;
