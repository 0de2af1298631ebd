import type { readPublicNames } from './public-names.mjs';

/** See report.mjs. */
export function makeReports(names?: ReturnType<typeof readPublicNames>): Promise<Map<string, string>>;
export function writeReports(): Promise<void>;
