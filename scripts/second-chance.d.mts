import type { Report } from './jest.mjs';

export const MOST_BY_CHANCE: number;
export function giveSecondChance(report: Report, again: (file: string) => Promise<Report>): Promise<Report>;
