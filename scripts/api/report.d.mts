import type { PublicNames } from './public-names.mjs';

/** See report.mjs. */
export function makeReports(names?: PublicNames): Promise<Map<string, string>>;
export function writeReports(): Promise<void>;
