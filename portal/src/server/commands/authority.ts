import path from 'node:path';
import { parseArgs } from 'node:util';
import * as x509 from '@peculiar/x509';
import * as v from 'valibot';
import { authorityName } from '../ca/authority-name.js';
import { newAuthority } from '../ca/development-ca.js';
import {
  addressOf,
  authorityAt,
  openEmbeddedAuthorities,
  type EmbeddedAuthority,
  type LaterAuthorityKeys,
} from '../ca/embedded-authorities.js';
import { addLaterAuthority, findKeyRing, type PortalKeys } from '../keys/key-ring.js';
import { asServiceUser } from '../service-user.js';
import { readConfiguration, type Configuration } from '../settings/configuration.js';
import { ENCRYPTED_KEY_FILE, keyFileOf } from '../settings/key-file.js';
import { authorityLocation } from '../start/authority.js';
import { printUsage, type CommandFacts } from './command-facts.js';

const DAY = 24 * 60 * 60 * 1000;
/** Days until a new authority begins, for those who rely on certificates to learn of it. */
const NOTICE_DAYS = '30';
const MOST_DAYS = 365;

/** The options of `authority renew`. */
const RENEWAL_OPTIONS = {
  'in-days': {
    type: 'string',
    value: 'DAYS',
    summary: `Has the next authority begin after that many days instead of ${NOTICE_DAYS}; at most ${MOST_DAYS}.`,
  },
  name: { type: 'string', value: 'TEXT', summary: 'Gives the next authority another name than the present one has.' },
} as const satisfies CommandFacts['options'];

/** The verbs of the command. */
export const AUTHORITY: readonly CommandFacts[] = [
  {
    name: 'authority list',
    options: {},
    summary: 'Prints the embedded certification authorities, and what each does.',
    examples: [{ line: 'authority list', summary: 'Shows when the present authority ends.' }],
  },
  {
    name: 'authority renew',
    options: RENEWAL_OPTIONS,
    summary: 'Makes the next embedded authority, which issues from a day on.',
    more: ['Its certificate is published at once, so that it can be installed wherever the old one is trusted.'],
    examples: [{ line: 'authority renew --in-days 60', summary: 'Makes one that begins in 60 days.' }],
  },
];

/**
 * `authority list`: prints the embedded authorities. `authority renew`: makes the key and the certificate of another one, which issues from a day on.
 * The portal publishes its certificate at once, and signs the CRLs of all of them for as long as their keys are in the key file.
 *
 * @param environment as `readConfiguration` reads it
 * @returns the exit code: 1 if the arguments are wrong, otherwise 0
 * @throws Error with words for the administrator, if the portal has an authority of your own, has no keys, or keeps them where they cannot be written;
 *   if another authority is already about to begin, or the new one would begin after the end of the present one; or if another process renews
 */
export async function authority(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  print: (line: string) => void,
  now: () => Date = () => new Date(),
): Promise<number> {
  const order = readOrder(args);
  if (order === undefined) {
    printUsage(AUTHORITY, print);
    return 1;
  }
  const configuration = readConfiguration(environment);
  if (configuration.authority.module !== null)
    throw new Error(
      'a module issues the certificates of this portal (CARDWRIGHT_AUTHORITY). Renew its authority there',
    );
  const keys = await asServiceUser(environment, () => findKeyRing(configuration.dataFolder, configuration.keys));
  if (!keys) throw new Error('there are no keys. `init` makes them, with the first authority');
  if (order.days === null) {
    for (const line of await tellAll(configuration, keys, now())) print(line);
    return 0;
  }
  const { days, name } = order;
  const renewed = await write(environment, configuration, (file) =>
    addLaterAuthority(file, (known) => makeNext(known, { days, name }, now())),
  );
  for (const line of await tellAll(configuration, renewed, now())) print(line);
  print('');
  print(
    'Restart each process of the portal now. Then have the new certificate installed wherever the old one is trusted.',
  );
  print('Copy the key file to where your master secrets are: it has another key.');
  return 0;
}

/**
 * Makes the authority that follows the present one after so many days.
 *
 * @throws Error if another one is about to begin, or if the present one ends before
 */
async function makeNext(keys: PortalKeys, { days, name }: Renewal, now: Date): Promise<LaterAuthorityKeys> {
  const known = await openEmbeddedAuthorities(keys, () => '');
  const coming = known.find(({ from }) => from !== null && from > now);
  if (coming?.from) throw new Error(`another authority is about to begin, on ${dayOf(coming.from)}`);
  const present = certificateOf(authorityAt(known, now));
  const end = present.notAfter;
  const from = new Date(now.getTime() + days * DAY);
  if (days > 0 && from > end) {
    const most = Math.max(0, Math.floor((end.getTime() - now.getTime()) / DAY));
    throw new Error(
      `the present authority ends on ${dayOf(end)}, so no certificate would be issued until ${dayOf(from)}. Give --in-days ${most}${most === 0 ? '' : ' or fewer'}`,
    );
  }
  return { ...(await newAuthority(name ?? commonNameOf(present))), from: from.toISOString() };
}

/** The next authority: in how many days it begins, and its name; undefined for the name of the present one. */
interface Renewal {
  readonly days: number;
  readonly name: string | undefined;
}
type Order = Renewal | { readonly days: null };

/** Reads the arguments: the next authority, or `days: null` to list them. Returns undefined if the arguments are wrong. */
function readOrder(args: readonly string[]): Order | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: RENEWAL_OPTIONS,
      allowPositionals: true,
    });
    const [what, ...more] = positionals;
    if (more.length > 0) return undefined;
    if (what === 'list') return Object.keys(values).length === 0 ? { days: null } : undefined;
    const name = values.name === undefined ? undefined : v.parse(authorityName, values.name);
    const days = values['in-days'] ?? NOTICE_DAYS;
    return what === 'renew' && /^\d{1,3}$/.test(days) && Number(days) <= MOST_DAYS
      ? { days: Number(days), name }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Changes the key file, as root where root owns it. @throws Error if the keys are in the settings themselves, or encrypted */
async function write(
  environment: NodeJS.ProcessEnv,
  { dataFolder, keys }: Configuration,
  change: (file: string) => Promise<PortalKeys>,
): Promise<PortalKeys> {
  const named = keyFileOf(environment);
  if (named !== null && path.basename(named) === ENCRYPTED_KEY_FILE)
    throw new Error(`${named} is encrypted. Put keys.json in its place, and encrypt it again afterwards`);
  if (named !== null) return change(named);
  if (keys !== null)
    throw new Error(
      'the keys are in the variable CARDWRIGHT_KEYS. Put them into a file, and name that in CARDWRIGHT_KEYS',
    );
  return asServiceUser(environment, () => change(path.join(dataFolder, 'keys.json')));
}

async function tellAll({ origin }: Configuration, keys: PortalKeys, now: Date): Promise<string[]> {
  const location = origin === null ? '…/ca' : authorityLocation(origin);
  const all = await openEmbeddedAuthorities(keys, () => location);
  const issuing = authorityAt(all, now);
  return all.flatMap((one) => [
    `${nameOf(one)}, valid until ${dayOf(certificateOf(one).notAfter)}: ${stateOf(one, issuing, now)}`,
    `    ${addressOf(location, one.folder)}/ca.der`,
  ]);
}

function stateOf(one: EmbeddedAuthority, issuing: EmbeddedAuthority, now: Date): string {
  if (one === issuing) return 'issues certificates';
  return one.from !== null && one.from > now ? `issues from ${dayOf(one.from)} on` : 'signs its CRL';
}

const commonNameOf = (certificate: x509.X509Certificate): string | undefined =>
  certificate.subjectName.getField('CN')[0];

const certificateOf = ({ authority: { certificate } }: EmbeddedAuthority): x509.X509Certificate =>
  new x509.X509Certificate(new Uint8Array(certificate));

const nameOf = (one: EmbeddedAuthority): string => certificateOf(one).subject;

const dayOf = (moment: Date): string => moment.toISOString().slice(0, 10);
