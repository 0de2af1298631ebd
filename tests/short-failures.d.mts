export const MOST_LINES: number;
export const MOST_CHARACTERS: number;
export function shortenFailures(message: string): string;
