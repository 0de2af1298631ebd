import { parseArgs } from 'node:util';
import { CHECKS } from '../../../features/list.js';
import { BUILD_VERSION } from '../../build-version.js';
import { readConfiguration, type Configuration } from '../../settings/configuration.js';
import { findKeyRing, type PortalKeys } from '../../keys/key-ring.js';
import { printUsage, type CommandFacts } from '../command-facts.js';
import { checkAuthority } from './certification-authority.js';
import { checkCertificatePolicies } from './certificate-policies.js';
import { checkDatabase } from './database.js';
import { checkDeviceAuthorities } from './device-authorities.js';
import { findingsOf, type Finding } from '../../findings/finding.js';
import type { Trust } from './handshake.js';
import { checkDisk, checkProviders } from './health.js';
import { asServiceUser } from '../../service-user.js';
import { printFindings, sorted, verdictOf } from './print-findings.js';
import { checkProfileSignature } from './profile-signature.js';
import { checkPublicAddress } from './public-address.js';
import { checkRegistrationAuthority } from './registration-authority.js';
import { checkActingAlone } from './independence.js';
import { checkSecondFactor } from './second-factor.js';
import { checkSecretFiles } from './secret-files.js';

export const DOCTOR = {
  name: 'doctor',
  options: { json: { type: 'boolean', summary: 'Prints { findings, verdict } as JSON.' } },
  summary: 'Checks what the portal needs, and says what to do about each finding.',
  more: ['It changes nothing, and the portal need not run. The exit code is 1 if there is a problem.'],
  examples: [{ line: 'doctor', summary: 'Checks everything from the public address to the database.' }],
} as const satisfies CommandFacts;

const { ok, problem } = findingsOf('configuration');

/** The trusted roots and the clock of a check, which a test can replace. */
export interface Surroundings {
  readonly trust?: Trust;
  readonly now?: () => Date;
}

/**
 * `doctor [--json]`: checks everything that the configuration names, from the public address to the database. Prints the findings with advice,
 * and the checks that could not be made. Changes nothing of the portal. The portal need not run.
 *
 * @param environment as `readConfiguration` reads it
 * @returns the exit code: 1 if there is a problem or the arguments are wrong, otherwise 0
 */
export async function doctor(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  print: (line: string) => void,
  surroundings: Surroundings = {},
): Promise<number> {
  const options = readOptions(args);
  if (options === undefined) {
    printUsage([DOCTOR], print);
    return 1;
  }
  const findings = await checkEnvironment(environment, surroundings);
  if (options.json) print(JSON.stringify({ findings: sorted(findings), verdict: verdictOf(findings) }, undefined, 2));
  else printFindings(findings, print);
  return findings.some(({ outcome }) => outcome === 'problem') ? 1 : 0;
}

function readOptions(args: readonly string[]): { readonly json?: boolean | undefined } | undefined {
  try {
    return parseArgs({ args: [...args], options: DOCTOR.options }).values;
  } catch {
    // The arguments have an unknown option, or are too many.
    return undefined;
  }
}

async function checkEnvironment(environment: NodeJS.ProcessEnv, surroundings: Surroundings): Promise<Finding[]> {
  const configuration = readSettings(environment);
  if (configuration instanceof Error)
    return [problem(`${configuration.message}.`, 'Correct it; the portal does not start like this.')];
  const secrets = await checkSecretFiles(environment, configuration.dataFolder);
  return asServiceUser(environment, async () => [
    ...secrets,
    ...(await checkConfiguration(configuration, surroundings)),
  ]);
}

/** Reads the settings. Returns an error if a setting is wrong. The error names the setting, but does not quote its value. */
function readSettings(environment: NodeJS.ProcessEnv): Configuration | Error {
  try {
    return readConfiguration(environment);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Makes all checks of the doctor except the check of the permissions of files. */
export async function checkConfiguration(
  configuration: Configuration,
  { trust = {}, now: clock = () => new Date() }: Surroundings = {},
): Promise<Finding[]> {
  const now = clock();
  const { origin, mobile, certificatePolicies } = configuration;
  const { keys, findings: ofKeys } = await readKeys(configuration);
  const authority = await checkAuthority(configuration, keys, now);
  const database = await checkDatabase(configuration, keys);
  const address = { origin, isForPhones: mobile !== null, keys: keys?.published ?? null, trust, now };
  return [
    ok(`This is version ${BUILD_VERSION}.`),
    ...ofKeys,
    mobile === null
      ? ok('Mobile devices are off (CARDWRIGHT_MOBILE), so what they need is not checked.')
      : ok('Mobile devices are on.'),
    ...(await checkPublicAddress(address)),
    ...database.findings,
    ...(await checkDisk(configuration)),
    ...(await checkProviders(configuration)),
    ...authority.findings,
    ...checkSecondFactor(configuration),
    checkActingAlone(configuration),
    ...checkCertificatePolicies(certificatePolicies, database.certificatePolicies),
    ...(mobile === null
      ? []
      : [
          ...checkRegistrationAuthority(mobile, database.made, authority.certificate, now),
          ...checkProfileSignature(mobile, trust, now),
          ...checkDeviceAuthorities(mobile, now),
        ]),
    ...CHECKS.flatMap(({ check }) => check({ configuration, policies: database.policies, now })),
  ];
}

interface CheckedKeys {
  readonly findings: readonly Finding[];
  /** The portal's keys. Null if the portal has not made its keys yet; undefined if the keys cannot be read. */
  readonly keys: PortalKeys | null | undefined;
}

/** Reads the portal's keys, if the portal has made them. The findings never quote a key. */
async function readKeys({ dataFolder, keys: given }: Configuration): Promise<CheckedKeys> {
  try {
    const keys = (await findKeyRing(dataFolder, given)) ?? null;
    const text = keys
      ? 'The keys can be read.'
      : `The portal makes its keys in ${dataFolder} when it starts for the first time.`;
    return { keys, findings: [ok(text)] };
  } catch {
    const text = given === null ? `The key file in ${dataFolder} cannot be read.` : 'CARDWRIGHT_KEYS cannot be read.';
    return { keys: undefined, findings: [problem(text, 'Check its permissions, or restore it from a backup.')] };
  }
}
