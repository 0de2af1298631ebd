import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { seedPolicies } from '@cardwright/cms';
import type { Store } from '@cardwright/cms/store';
import { isCardwrightError } from '@cardwright/protocol';
import { words } from '@cardwright/words/en/operator';
import {
  importVendorCertificates,
  type ImportOutcome,
  type ImportVerdict,
  type ReviewedCertificate,
  type VendorImport,
} from '../attestation/vendor-import.js';
import { readConfiguration, type Configuration } from '../settings/configuration.js';
import { loadKeyRing } from '../keys/key-ring.js';
import { requireFit } from '../keys/require-fit.js';
import { requireStopped } from '../running-portal.js';
import { asServiceUser } from '../service-user.js';
import { openPortalDatabase } from '../store/database.js';
import { drizzleStore } from '../store/drizzle-store.js';
import { devicePolicies } from '../store/schema.js';
import { printUsage, type CommandFacts } from './command-facts.js';

const STANDARD_MODEL = 'yubikey';

export const IMPORT_VENDOR_CERTIFICATES = {
  name: 'import-vendor-certificates',
  operands: 'FILE',
  options: {
    model: {
      type: 'string',
      value: 'MODEL',
      summary: `Adds them to the policy of this model instead of ${STANDARD_MODEL}.`,
    },
    'trust-unknown': {
      type: 'boolean',
      summary: 'Imports also those that Cardwright does not know. Compare their fingerprints with the vendor before.',
    },
  },
  summary: "Imports vendors' certificates, by which the portal recognises genuine devices.",
  more: ['Stop a portal with the embedded database first. Where one certificate is refused, nothing is imported.'],
  examples: [
    { line: 'import-vendor-certificates yubico.pem', summary: 'Prints each with its fingerprint, and imports them.' },
  ],
} as const satisfies CommandFacts;

const VERDICTS: Readonly<Record<ImportVerdict, string>> = {
  imported: 'imported',
  present: 'trusted already',
  'left-out': 'left out: its vendor uses it for other applications',
  withheld: 'not imported because of the others',
  waiting: 'waits for an operator',
  unknown: 'NOT KNOWN to Cardwright',
  unusable: 'CANNOT BE USED',
};

/**
 * `import-vendor-certificates FILE [--model yubikey] [--trust-unknown]`: adds the certificates of a PEM file to a model's policy, in the database
 * that the environment names. Prints each certificate with its fingerprint and verdict.
 *
 * @param environment as `readConfiguration` reads it
 * @returns the exit code: 0 if no certificate stopped the import, even if all certificates were trusted before; 1 if one did, or if the arguments
 *   are wrong
 */
export async function importFromFile(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  print: (line: string) => void,
): Promise<number> {
  const order = readOrder(args);
  if (order === undefined) {
    printUsage([IMPORT_VENDOR_CERTIFICATES], print);
    return 1;
  }
  // If npm runs the command, a relative path begins at the folder in which npm was called: npm changes the folder, and reports the original one
  // in `INIT_CWD`.
  const pem = await readFile(path.resolve(environment.INIT_CWD ?? '', order.file), 'utf8');
  const configuration = readConfiguration(environment);
  const { accepted, certificates } = await asServiceUser(environment, () =>
    importInto(configuration, { ...order, pem }),
  );
  for (const certificate of certificates) printCertificate(certificate, print);
  if (accepted) return 0;
  print('Nothing was imported.');
  if (certificates.some(({ verdict }) => verdict === 'unknown'))
    print('Compare the fingerprints with those that the vendor publishes, then add --trust-unknown.');
  return 1;
}

interface Order {
  readonly file: string;
  readonly model: string;
  readonly trustUnknown: boolean;
}

function readOrder(args: readonly string[]): Order | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: IMPORT_VENDOR_CERTIFICATES.options,
    });
    const [file, ...rest] = positionals;
    if (file === undefined || rest.length > 0) return undefined;
    return { file, model: values.model ?? STANDARD_MODEL, trustUnknown: values['trust-unknown'] ?? false };
  } catch {
    // The arguments have an unknown option.
    return undefined;
  }
}

/**
 * Imports the certificates into the database.
 *
 * @throws Error with words for the administrator: no policy has this model, the file has no certificates or too many, the keys belong to another
 *   database, or a portal is using the embedded database
 */
async function importInto(configuration: Configuration, order: Order & { pem: string }): Promise<ImportOutcome> {
  await requireStopped(configuration);
  const keys = await loadKeyRing(configuration.dataFolder, configuration.keys);
  const database = await openPortalDatabase(configuration.database);
  try {
    await requireFit(await database.db.select().from(devicePolicies), keys);
    const store = drizzleStore(database, keys);
    await seedPolicies(store, configuration.devicePolicies);
    return await importByCommand(store, order);
  } finally {
    await database.close();
  }
}

/**
 * Imports certificates in the name of whoever gives a command.
 *
 * @throws Error with words for the administrator as `importInto` does
 */
export async function importByCommand(store: Store, order: VendorImport): Promise<ImportOutcome> {
  try {
    return await importVendorCertificates(store, { by: 'command line', consent: 'administrator' }, order);
  } catch (error) {
    if (isCardwrightError(error, 'INVALID_PARAMS'))
      throw new Error(`${error.data.path}: ${error.data.problem}`, { cause: error });
    throw error;
  }
}

/** Prints a certificate with its fingerprint and its verdict. */
export function printCertificate(
  { name, role, fingerprint, verdict, problem }: ReviewedCertificate,
  print: (line: string) => void,
): void {
  print(`${name} (${role})`);
  if (fingerprint !== '') print(`  SHA-256 ${fingerprint}`);
  print(`  ${VERDICTS[verdict]}${problem === null ? '' : `: ${words.policies.vendors.problems[problem]}`}`);
}
