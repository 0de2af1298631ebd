import path from 'node:path';

/** The clone's folder. */
export const ROOT = path.resolve(import.meta.dirname, '..', '..', '..');

export const inRepository = (...names: string[]): string => path.join(ROOT, ...names);
