import { hkdfSync, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm, stat, unlink, writeFile, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { importKeyRing, keyRingSecrets, newKeyRingSecrets, type KeyRing } from '@cardwright/cms/keys';
import * as v from 'valibot';
import { authorityKeys, newAuthority, type AuthorityKeys } from '../ca/development-ca.js';
import { laterAuthorityKeys, type LaterAuthorityKeys } from '../ca/embedded-authorities.js';
import { replaceFile } from '../replace-file.js';

/** The portal's own keys. They are stored in a file that only its owner can read, or in the environment, but never in the database. */
export interface PortalKeys extends KeyRing {
  /** Keys of the first embedded certification authority. */
  readonly authority: AuthorityKeys;
  /** Keys of the embedded authorities that came after the first one, or will, in the order of their beginnings. */
  readonly laterAuthorities: readonly LaterAuthorityKeys[];
  /**
   * Key that signs cookies (HMAC-SHA-256). The key is derived from the signing key, so that all processes with the same key file have the same
   * cookie key.
   */
  readonly cookieKey: Buffer;
  /**
   * Password of the database role that serves, where the portal makes that role. It is derived like `cookieKey`, so that all processes have the same one and no
   * file has another secret.
   */
  readonly rolePassword: string;
}

const keyFile = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    ...keyRingSecrets.entries,
    authority: authorityKeys,
    laterAuthorities: v.optional(v.array(laterAuthorityKeys), []),
  }),
);

const FILE = 'keys.json';
const OWNER_ONLY = 0o600;

/**
 * Reads the keys from JSON. If `json` is null, reads the key file in a folder instead, and creates the file if it is missing.
 *
 * @param authorityName name of the embedded authority, if the file is created
 * @throws Error as `readKeyRing` does, or if the file cannot be read or written
 */
export async function loadKeyRing(folder: string, json: string | null, authorityName?: string): Promise<PortalKeys> {
  return readKeyRing(json ?? (await readOrCreate(folder, authorityName)));
}

/** Reads the keys as `loadKeyRing` does, but returns undefined instead of making new keys. */
export async function findKeyRing(folder: string, json: string | null): Promise<PortalKeys | undefined> {
  const found = json ?? (await readIfThere(join(folder, FILE)));
  return found === undefined ? undefined : readKeyRing(found);
}

/**
 * Parses the keys of a key file.
 *
 * @throws Error if the text is not JSON, or if a key is missing or malformed; the error quotes no key
 */
export async function readKeyRing(json: string): Promise<PortalKeys> {
  const parsed = v.safeParse(keyFile, json);
  // The issues are left out, because they quote the text and its values.
  if (!parsed.success) throw new Error('the key file is not valid');
  const { authority, laterAuthorities, signing } = parsed.output;
  const cookieKey = derive(signing.d, 'cardwright cookies');
  const rolePassword = derive(signing.d, 'cardwright database role').toString('base64url');
  return { ...(await importKeyRing(parsed.output)), authority, laterAuthorities, cookieKey, rolePassword };
}

const DERIVED_BYTES = 32;

/**
 * Derives a separate secret from a private key (HKDF, RFC 5869).
 *
 * @param secret the private key in base64url
 * @param purpose the secrets of two purposes tell nothing of each other
 */
const derive = (secret: string, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', Buffer.from(secret, 'base64url'), '', purpose, DERIVED_BYTES));

async function readOrCreate(folder: string, authorityName?: string): Promise<string> {
  const path = join(folder, FILE);
  return (await readIfThere(path)) ?? createKeyFile(path, authorityName);
}

/**
 * Creates a key file that only its owner can read, and its folder. If the file exists, it is kept.
 *
 * @param authorityName name of the embedded authority, if the file is created
 * @returns the content of the file
 */
export async function createKeyFile(path: string, authorityName?: string): Promise<string> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = join(folder, `.${FILE}.${randomUUID()}`);
  await writeFile(draft, JSON.stringify(await newKeyFile(authorityName), undefined, 2), {
    mode: OWNER_ONLY,
    flag: 'wx',
  });
  try {
    // link() fails if the file exists, for example because another process has just created it. Both processes then use the same keys, and
    // nobody reads a partial file.
    await link(draft, path);
  } catch (error) {
    if (!isSystemError(error, 'EEXIST')) throw error;
  } finally {
    await unlink(draft);
  }
  return readFile(path, 'utf8');
}

/**
 * Adds an authority to a key file. The file is replaced at once: whoever reads it meanwhile, or after a failure, gets the old file or the new one. One
 * process adds at a time, so that none writes over the key of another.
 *
 * @param make judges the keys of the file, and makes the authority to be added
 * @returns the keys of the new file
 * @throws Error if another process is adding one, or left its lock; if the file cannot be read or written, or is not valid; any error of `make`. The
 *   errors quote no key
 */
export async function addLaterAuthority(
  file: string,
  make: (keys: PortalKeys) => Promise<LaterAuthorityKeys>,
): Promise<PortalKeys> {
  const lock = join(dirname(file), `.${basename(file)}.lock`);
  const handle = await openLock(lock);
  try {
    const text = await readFile(file, 'utf8');
    const keys = await readKeyRing(text);
    const laterAuthorities = [...keys.laterAuthorities, await make(keys)];
    const content = { ...(JSON.parse(text) as object), laterAuthorities };
    const { uid, gid } = await stat(file);
    await replaceFile(file, JSON.stringify(content, undefined, 2), { mode: OWNER_ONLY, uid, gid });
    return { ...keys, laterAuthorities };
  } finally {
    await handle.close();
    await rm(lock, { force: true });
  }
}

/** Makes the file that keeps other processes from changing the key file. @throws Error if it is there */
async function openLock(lock: string): Promise<FileHandle> {
  try {
    return await open(lock, 'wx', OWNER_ONLY);
  } catch (error) {
    if (!isSystemError(error, 'EEXIST')) throw error;
    throw new Error(`another process is changing the key file. If none is, one was interrupted: remove ${lock}`, {
      cause: error,
    });
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    throw error;
  }
}

const isSystemError = (error: unknown, code: string): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === code;

const newKeyFile = async (authorityName?: string) => ({
  ...(await newKeyRingSecrets()),
  authority: await newAuthority(authorityName),
});
