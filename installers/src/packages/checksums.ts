import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Package } from '../package.js';
import { filesBelow } from '../parts/files-below.js';

const FILE = 'SHA256SUMS';

/** The SHA-256 of every other file in the output folder, in the format of `sha256sum --check`. This package must be made last. */
export const checksums: Package = {
  name: 'checksums',
  build({ output }) {
    const lines = filesBelow(output)
      .filter((name) => name !== FILE)
      .map(
        (name) =>
          `${createHash('sha256')
            .update(readFileSync(path.join(output, name)))
            .digest('hex')}  ${name}\n`,
      );
    writeFileSync(path.join(output, FILE), lines.join(''));
  },
};
