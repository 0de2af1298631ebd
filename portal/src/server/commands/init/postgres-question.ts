import { drizzle } from 'drizzle-orm/node-postgres';
import { asServiceUser } from '../../service-user.js';
import type { Settings } from '../../settings/read-settings.js';
import { Unfit } from '../../settings/setting.js';
import * as schema from '../../store/schema.js';
import { ConnectionFailure } from '../doctor/connection-failure.js';
import { clientForReading } from '../doctor/read-only-database.js';
import { requireNoOperator } from './first-operator.js';
import type { Person } from './question.js';
import { hidden, visible, type Shown } from './terminal.js';

/** Answer for the embedded database. */
export const EMBEDDED = 'embedded';

const SCHEMES = ['postgres:', 'postgresql:'];
const EXPECTED = `expected "${EMBEDDED}" or an address like postgres://cardwright@localhost/cardwright`;

/** Texts after which a password is typed: what precedes it in an address, and a parameter. */
const BEFORE_PASSWORD = [/^[^/]*:\/\/[^/:]*:[^/]*$/, /[?&]password=[^&]*$/i];

/** Shows the address of a database while it is typed, with asterisks for its password. */
export const maskedPassword: Shown = (line, character) => {
  const isPassword = character !== '/' && BEFORE_PASSWORD.some((before) => before.test(line));
  return isPassword ? '*' : visible(line, character);
};

/** Returns the address of a database without its password, to be shown. */
export function withoutPassword(url: string): string {
  const shown = new URL(url);
  if (shown.password !== '') shown.password = '***';
  return shown.href;
}

/**
 * Judges the address of a database, and asks for its password if it has a user without one.
 *
 * @throws Unfit, which quotes nothing of the address
 */
export async function completeDatabaseUrl(answer: string, person: Person | undefined): Promise<string> {
  if (!URL.canParse(answer)) throw new Unfit(EXPECTED);
  const url = new URL(answer);
  if (!SCHEMES.includes(url.protocol)) throw new Unfit(EXPECTED);
  if (decoded(url.password) === undefined) throw new Unfit('expected %25 in place of each % of the password');
  if (url.searchParams.has('password')) throw new Unfit('expected the password before the host, and in no parameter');
  if (person && url.username !== '' && url.password === '' && url.hostname !== '') {
    const password = await person.ask(`Password of ${decoded(url.username) ?? url.username} [none]: `, hidden);
    if (password !== '') url.password = encodeURIComponent(password);
  }
  return url.href;
}

/** Sentences for errors of the system and of PostgreSQL (PostgreSQL 17, appendix A), by code. Others get the message of the driver. */
const FAILURES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'no PostgreSQL server listens there',
  ENOTFOUND: 'the name of its computer is in no DNS that this computer asks',
  EAI_AGAIN: 'the name of its computer could not be looked up',
  ENOENT: 'no PostgreSQL server has its socket there',
  '28P01': 'the password is wrong, or there is no such user',
  '3D000': 'there is no such database: createdb --owner USER NAME',
};

/**
 * Opens a PostgreSQL database as the user of the service, and reads in it alone. Checks that tables can be made there, and that it has no operator.
 *
 * @throws Unfit with words for the administrator, which do not contain the password; Error if there is an operator
 */
export function requireUsable(url: string, environment: Settings): Promise<void> {
  return asServiceUser(environment, async () => {
    const client = await clientForReading(url).catch((error: unknown) => {
      throw new Unfit(`it cannot be opened: ${tell(error, url)}`);
    });
    try {
      const { rows } = await client.query<{ mayCreate: boolean | null; hasRoles: boolean }>(
        `SELECT has_schema_privilege(current_schema(), 'CREATE') AS "mayCreate", to_regclass('user_roles') IS NOT NULL AS "hasRoles"`,
      );
      const [found] = rows;
      if (found?.mayCreate !== true)
        throw new Unfit('this user may make no tables there: createdb --owner USER NAME makes a database for it');
      if (found.hasRoles) await requireNoOperator(drizzle(client, { schema }));
    } finally {
      await client.end();
    }
  });
}

/**
 * Returns a sentence for a failed connection. The message of the driver may come from the server: the password is taken out of it, and whatever would control
 * the terminal.
 */
function tell(error: unknown, url: string): string {
  const { code, message } = new ConnectionFailure(error);
  const known = FAILURES[code];
  if (known !== undefined) return known;
  const { password } = new URL(url);
  const secrets = [password, decoded(password) ?? ''].filter((one) => one !== '');
  const shown = secrets.reduce((text, one) => text.replaceAll(one, '***'), message);
  return shown.replaceAll(/\p{Cc}+/gu, ' ').trim() || 'no answer';
}

/** Returns a part of an address as it is meant. Returns undefined if it is malformed. */
function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
