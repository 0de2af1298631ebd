import { access } from 'node:fs/promises';

/** Resolves with true if there is a file or folder at a path, and this process can reach it. */
export const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
