/** See languages.mjs. */
export function writeLanguages(sources?: string): void;
export function otherLanguages(sources?: string): string[];
