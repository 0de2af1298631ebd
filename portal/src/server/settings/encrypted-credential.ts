import { spawnSync } from 'node:child_process';
import { Unfit } from './setting.js';

/** Milliseconds for one decryption. A TPM takes one or two seconds. */
const LONGEST_DECRYPTION = 30_000;

/**
 * Decrypts a credential that `systemd-creds encrypt` encrypted with this computer's key or its TPM. Only root can do this, and the decrypted content
 * is passed through a pipe: it is written to no file.
 *
 * This is the only program that the portal starts. Only a command of root starts it: the service gets its credentials decrypted from systemd. No
 * argument comes from a request, no shell is used, and the program is that of the system.
 *
 * @param file absolute path of the encrypted credential
 * @param name name under which the credential was encrypted; systemd refuses a credential of another name
 * @throws Unfit if the program is missing, or refuses; quotes only the error of the program, which has no part of the content
 */
export function decryptCredential(file: string, name: string, { PATH }: NodeJS.ProcessEnv): string {
  const { status, stdout, stderr, error } = spawnSync('systemd-creds', ['decrypt', `--name=${name}`, file, '-'], {
    encoding: 'utf8',
    env: { PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LONGEST_DECRYPTION,
  });
  if (error) throw new Unfit(`${file} cannot be decrypted: systemd-creds cannot be run (${codeOf(error)})`);
  if (status !== 0) throw new Unfit(`${file} cannot be decrypted: ${lastLineOf(stderr) || 'systemd-creds failed'}`);
  return stdout;
}

const codeOf = (error: Error): string => ('code' in error ? String(error.code) : error.message);

const lastLineOf = (text: string): string => text.trimEnd().split('\n').at(-1) ?? '';
