import { access } from 'node:fs/promises';

/** True if the file exists. */
export const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
