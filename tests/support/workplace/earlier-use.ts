import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askProgram } from '@cardwright/stage';
import type { StagedCard } from './staged-card.js';

/** The public factory PIN of every blank card. */
const FACTORY_PIN = '123456';
const FACTORY_MANAGEMENT_KEY = '010203040506070801020304050607080102030405060708';
const SUBJECT = 'CN=Somebody Else';
/** The object of the certificate in 9A (SP 800-73-4 Part 1, table 3). */
const CERTIFICATE_9A = '0x5FC105';

/**
 * Puts a certificate into 9A of a blank card with independent tools: ykman on a YubiKey, with a key of its own; OpenSC's piv-tool on a
 * plain PIV card.
 *
 * @param env an environment in which programs see the card's reader
 * @throws if the card has no certificate afterwards; the message has the tools' output
 */
export async function useBefore(env: NodeJS.ProcessEnv, card: StagedCard): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cardwright-earlier-'));
  try {
    const words = await (card.kind === 'yubikey' ? useYubikey : usePivCard)(env, card.readerName, folder);
    if (card.memory.objects[CERTIFICATE_9A] === undefined) throw new Error(words);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function useYubikey(env: NodeJS.ProcessEnv, reader: string, folder: string): Promise<string> {
  const file = join(folder, 'public-key.pem');
  const rights = ['--management-key', FACTORY_MANAGEMENT_KEY, '--pin', FACTORY_PIN];
  const ykman = async (...args: string[]) =>
    (await askProgram('ykman', ['--reader', reader, 'piv', ...args], { env })).text;
  const generated = await ykman('keys', 'generate', ...rights, '--algorithm', 'ECCP256', '9a', file);
  return generated + (await ykman('certificates', 'generate', ...rights, '--subject', SUBJECT, '9a', file));
}

async function usePivCard(env: NodeJS.ProcessEnv, reader: string, folder: string): Promise<string> {
  const key = join(folder, 'key.pem');
  const certificate = join(folder, 'certificate.pem');
  const managementKey = join(folder, '9b.txt');
  const made = await askProgram('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30'],
    ...['-keyout', key, '-out', certificate, '-subj', `/${SUBJECT}`],
  ]);
  writeFileSync(managementKey, (FACTORY_MANAGEMENT_KEY.match(/../g) ?? []).join(':'));
  // piv-tool exits with the number of bytes written, which looks like a failure.
  const written = await askProgram('piv-tool', ['-r', reader, '-A', 'M:9B:03', '-C', '9A', '-i', certificate], {
    env: { ...env, PIV_EXT_AUTH_KEY: managementKey },
  });
  return made.text + written.text;
}
