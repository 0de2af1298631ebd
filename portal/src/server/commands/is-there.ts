import { access } from 'node:fs/promises';

/** Whether there is such a file. */
export const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
