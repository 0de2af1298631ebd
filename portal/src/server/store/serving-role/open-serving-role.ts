import pg from 'pg';
import { log } from '../../log/log.js';
import { reasonOf } from '../../log/reason-of.js';
import { LOCKS } from '../advisory-locks.js';
import type { ServerLocation } from '../location.js';
import type { Connection } from '../migrate.js';
import { findOrMakeRole, setPassword } from './make-role.js';
import { grantServing, standingOf } from './rights.js';

/** Milliseconds for connecting as the role that serves. */
const LONGEST_CONNECTING = 10_000;
/** PostgreSQL's code for a wrong password. */
const WRONG_PASSWORD = '28P01';

/**
 * Makes sure that the portal serves as a role that owns nothing: one that has the rights on rows that it needs, and none on the tables themselves.
 * That is the role of `url` if another one owns the tables (`ownerUrl`), and otherwise one that the owner makes here. If the owner may make none, the portal
 * serves as the owner, and the log says so.
 *
 * @param owner a connection of the role that owns the tables
 * @param password for the role that the owner makes; null to work as the owner where `ownerUrl` is not set
 * @returns the address with the role that serves
 * @throws Error if the role of `url` could change the tables although `ownerUrl` is set, or does not get in
 */
export async function openServingRole(
  owner: Connection,
  { url, ownerUrl = null }: ServerLocation,
  password: string | null,
): Promise<string> {
  await owner.rows('SELECT pg_advisory_lock($1)', [LOCKS.servingRole]);
  try {
    if (ownerUrl !== null) return await openGiven(owner, url);
    return password === null ? url : await openMade(owner, url, password);
  } finally {
    await owner.rows('SELECT pg_advisory_unlock($1)', [LOCKS.servingRole]);
  }
}

async function openGiven(owner: Connection, url: string): Promise<string> {
  const { role, isPowerful } = await standingAt(url);
  if (isPowerful)
    throw new Error(
      `the role ${role} of DATABASE_URL could change the tables themselves. Give it none of them, and no right to make any; CARDWRIGHT_DATABASE_OWNER_URL names the role that owns them`,
    );
  await grantServing(owner, role);
  return url;
}

async function openMade(owner: Connection, url: string, password: string): Promise<string> {
  const made = await findOrMakeRole(owner, password);
  if (typeof made === 'string') return remain(url, made);
  const serving = withRole(url, made.name, password);
  await grantServing(owner, made.name);
  try {
    const standing = await standingAt(serving).catch(async (error: unknown) => {
      if (!made.mayChange || !isWrongPassword(error)) throw error;
      // Other keys have made the role: those of a portal that had a database of this name before.
      await setPassword(owner, made.name, password);
      return standingAt(serving);
    });
    return standing.isPowerful ? remain(url, `the role ${made.name} could change the tables themselves`) : serving;
  } catch (error) {
    return remain(url, `the role ${made.name} does not get in: ${reasonOf(error)}`);
  }
}

/** Serves as the owner, which an installation did before there was a role that serves. */
function remain(url: string, reason: string): string {
  log.warn('The portal serves as the role that owns its tables, which can switch off what protects the audit log.', {
    reason,
  });
  return url;
}

/** Returns an address with another role. Parameters come before what precedes the host, and also count where there is no host. */
function withRole(url: string, user: string, password: string): string {
  const [address = '', query = ''] = url.split('?');
  const parameters = new URLSearchParams(query);
  parameters.set('user', user);
  parameters.set('password', password);
  return `${address}?${parameters.toString()}`;
}

async function standingAt(url: string): ReturnType<typeof standingOf> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: LONGEST_CONNECTING });
  try {
    await client.connect();
    return await standingOf({ rows: async (sql) => (await client.query<Record<string, unknown>>(sql)).rows });
  } finally {
    await client.end();
  }
}

const isWrongPassword = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === WRONG_PASSWORD;
