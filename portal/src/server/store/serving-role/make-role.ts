import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import * as v from 'valibot';
import type { Connection } from '../migrate.js';

/** Comment by which the portal knows the role that it has made. */
const COMMENT = 'Serves the Cardwright portal of this database';
const SUFFIX = '_serve';
/** Maximum number of bytes in a name of PostgreSQL. */
const LONGEST_NAME = 63;

const database = v.object({ serving: v.string(), mayCreate: v.boolean() });
const role = v.object({ isOurs: v.boolean() });

/** A role that serves: its name, and whether the portal may set its password. */
export interface MadeRole {
  readonly name: string;
  readonly mayChange: boolean;
}

/** SQL for the name of the role that serves the connection's database. */
export const SERVING_ROLE = `current_database() || '${SUFFIX}'`;

/**
 * Finds the role that serves the connection's database, or makes it.
 *
 * @returns why the portal has no such role, in words for the administrator, if it may not make one or the name is taken
 */
export async function findOrMakeRole(owner: Connection, password: string): Promise<MadeRole | string> {
  const { serving, mayCreate } = v.parse(
    database,
    (
      await owner.rows(
        `SELECT ${SERVING_ROLE} AS serving, rolsuper OR rolcreaterole AS "mayCreate" FROM pg_roles WHERE rolname = current_user`,
      )
    )[0],
  );
  if (Buffer.byteLength(serving) > LONGEST_NAME) return `the name ${serving} would be too long for a role`;
  const found = await owner.rows(
    `SELECT coalesce(shobj_description(oid, 'pg_authid') = $2, false) AND rolcanlogin
       AND NOT (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)
       AND NOT EXISTS (SELECT FROM pg_auth_members WHERE member = pg_roles.oid) AS "isOurs"
     FROM pg_roles WHERE rolname = $1`,
    [serving, COMMENT],
  );
  if (found.length > 0)
    return v.parse(role, found[0]).isOurs
      ? { name: serving, mayChange: mayCreate }
      : `there is a role ${serving} that the portal has not made, or that was given more rights`;
  if (!mayCreate) return 'the role that owns the tables may create no other one (CREATEROLE)';
  const [quoted] = await quote(owner, serving);
  await owner.run(
    `BEGIN; CREATE ROLE ${quoted} LOGIN PASSWORD '${scramVerifier(password)}'; COMMENT ON ROLE ${quoted} IS '${COMMENT}'; COMMIT`,
  );
  return { name: serving, mayChange: true };
}

/** Sets the password of a role, which other keys had made. */
export async function setPassword(owner: Connection, name: string, password: string): Promise<void> {
  const [quoted] = await quote(owner, name);
  await owner.run(`ALTER ROLE ${quoted} PASSWORD '${scramVerifier(password)}'`);
}

const quote = async (owner: Connection, name: string): Promise<string[]> =>
  v
    .parse(v.array(v.object({ quoted: v.string() })), await owner.rows('SELECT quote_ident($1) AS quoted', [name]))
    .map(({ quoted }) => quoted);

const ROUNDS = 4096;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/**
 * Returns what PostgreSQL stores of a password (RFC 5803, as in PostgreSQL's pg_authid). So the log of the server, which may have each statement, never has
 * the password itself.
 */
export function scramVerifier(password: string, salt: Buffer = randomBytes(SALT_BYTES)): string {
  const salted = pbkdf2Sync(password, salt, ROUNDS, HASH_BYTES, 'sha256');
  const hmac = (text: string): Buffer => createHmac('sha256', salted).update(text).digest();
  const storedKey = createHash('sha256').update(hmac('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${ROUNDS}:${salt.toString('base64')}$${storedKey}:${hmac('Server Key').toString('base64')}`;
}
