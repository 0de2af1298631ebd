import { text } from './text.js';

const WAYS: Readonly<Record<string, string>> = text.ways;

/** Returns the words for the way by which someone signed in; the name of a way that has no words. */
export const wayWords = (way: string | null): string => (way === null ? '–' : (WAYS[way] ?? way));
