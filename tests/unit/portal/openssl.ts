import { execFileSync } from 'node:child_process';

/** What openssl, which nobody here wrote, prints of something in DER. */
export const openssl = (args: readonly string[], der: Uint8Array): string =>
  execFileSync('openssl', args, { input: Buffer.from(der), encoding: 'utf8' });
