import { constants, open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { words } from '@cardwright/words/en/operator';
import {
  inspectVendorCertificates,
  KNOWN_CERTIFICATES,
  type InspectedCertificate,
} from '../../attestation/vendor-certificates.js';
import { Unfit } from '../../settings/setting.js';
import type { Question } from './question.js';

/** Answer that imports nothing. */
const SKIP = 'skip';
const ENDINGS = ['.pem', '.crt', '.cer'];
/** Maximum number of bytes of a file, as on the operators' page. */
const LONGEST_FILE = 128 * 1024;

/**
 * Makes the question for vendors' certificates. The answer is their PEM text; null to import none.
 *
 * @param known names of known certificates, by the SHA-256 of the DER certificate, lower case hexadecimal
 */
export const vendorQuestion = (known: ReadonlyMap<string, string> = KNOWN_CERTIFICATES): Question<string | null> => ({
  option: 'vendor-certificates',
  prompt: "Vendors' certificates",
  purpose: `A folder or a file with the vendors' certificates, without which no YubiKey is accepted: https://developers.yubico.com/PKI/. "${SKIP}" to import them later.`,
  standard: SKIP,
  judge: async (answer) => {
    if (answer === SKIP) return null;
    const pem = (await readAll(path.resolve(answer))).join('\n');
    const found = inspectVendorCertificates(pem, { known });
    if (found.length === 0) throw new Unfit('there are no certificates in PEM');
    for (const certificate of found) requireKnown(certificate);
    return pem;
  },
});

/** @throws Unfit if a certificate would stop the import */
function requireKnown({ name, fingerprint, known, vouchedFor, problem }: InspectedCertificate): void {
  const shown = name.replaceAll(/\p{Cc}/gu, ' ');
  if (!known && !vouchedFor)
    throw new Unfit(
      `${shown} (SHA-256 ${fingerprint}) is not known to Cardwright. Import it later by import-vendor-certificates with --trust-unknown`,
    );
  if (known && problem !== null) throw new Unfit(`${shown}: ${words.policies.vendors.problems[problem]}`);
}

/**
 * Reads a file, or the files with certificates in a folder.
 *
 * @throws Unfit
 */
async function readAll(place: string): Promise<readonly string[]> {
  const found = await stat(place).catch(() => {
    throw new Unfit('there is no such file or folder that can be read');
  });
  if (!found.isDirectory()) return [await readText(place)];
  const names = (await readdir(place)).filter((name) => ENDINGS.includes(path.extname(name).toLowerCase())).sort();
  return Promise.all(names.map((name) => readText(path.join(place, name))));
}

async function readText(file: string): Promise<string> {
  // Without O_NONBLOCK, opening a named pipe would wait for someone who writes into it.
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => {
    throw new Unfit('a file there cannot be read');
  });
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw new Unfit('what is there is no file');
    if (found.size > LONGEST_FILE) throw new Unfit('a file there has more than 128 KiB');
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}
