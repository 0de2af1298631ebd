import { execFileSync } from 'node:child_process';

/** Prints DER by openssl, an independent program. */
export const openssl = (args: readonly string[], der: Uint8Array): string =>
  execFileSync('openssl', args, { input: Buffer.from(der), encoding: 'utf8' });
