/** See publish.mjs. */
export function publishMutants(root: string): Promise<void>;
export function withMutants(root: string, document: string): Promise<string>;
