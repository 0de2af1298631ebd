import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { publicJwk, type PublicJwk, type PublicJwkSet } from '@cardwright/protocol';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type CryptoKey } from 'jose';
import * as v from 'valibot';
import { newAuthority, type AuthorityKeys } from '../ca/development-ca.js';

/** The portal's own keys. They are in a file that only its user can read, or in its environment; never in the database. */
export interface KeyRing {
  /** Signs steps (ES256). */
  readonly signingKey: CryptoKey;
  readonly signingKeyId: string;
  /** Opens escrows and stored secrets (ECDH-ES on P-256). */
  readonly sealingKey: CryptoKey;
  readonly sealingPublic: PublicJwk;
  /** What /.well-known/cardwright says. */
  readonly published: PublicJwkSet;
  readonly authority: AuthorityKeys;
}

const privateJwk = v.object({ ...publicJwk.entries, d: v.pipe(v.string(), v.regex(/^[\w-]{43}$/)) });
type PrivateJwk = v.InferOutput<typeof privateJwk>;

const keyFile = v.object({
  signing: privateJwk,
  sealing: privateJwk,
  authority: v.object({ key: privateJwk, certificate: v.string() }),
});
type KeyFile = v.InferOutput<typeof keyFile>;

const FILE = 'keys.json';
const OWNER_ONLY = 0o600;

/** Reads the keys given as JSON, else those of the folder's key file, which is made when it is missing. */
export async function loadKeyRing(folder: string, json: string | null): Promise<KeyRing> {
  const parsed = v.safeParse(keyFile, JSON.parse(json ?? (await readOrCreate(folder))));
  // Not the issues: they quote the values.
  if (!parsed.success) throw new Error('the key file is not valid');
  return importKeys(parsed.output);
}

async function readOrCreate(folder: string): Promise<string> {
  const path = join(folder, FILE);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const existing = await readIfThere(path);
  if (existing !== undefined) return existing;
  const draft = join(folder, `.${FILE}.${randomUUID()}`);
  await writeFile(draft, JSON.stringify(await newKeyFile(), undefined, 2), { mode: OWNER_ONLY, flag: 'wx' });
  try {
    // link() fails where another process was faster: both then use the same keys, and none reads half a file.
    await link(draft, path);
  } catch (error) {
    if (!isSystemError(error, 'EEXIST')) throw error;
  } finally {
    await unlink(draft);
  }
  return readFile(path, 'utf8');
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

async function newKeyFile(): Promise<KeyFile> {
  return {
    signing: await newKey('ES256'),
    sealing: await newKey('ECDH-ES'),
    authority: v.parse(keyFile.entries.authority, await newAuthority()),
  };
}

async function newKey(algorithm: 'ES256' | 'ECDH-ES'): Promise<PrivateJwk> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true, crv: 'P-256' });
  const jwk = await exportJWK(privateKey);
  return v.parse(privateJwk, {
    ...jwk,
    alg: algorithm,
    use: algorithm === 'ES256' ? 'sig' : 'enc',
    kid: await calculateJwkThumbprint(jwk),
  });
}

async function importKeys(file: KeyFile): Promise<KeyRing> {
  const signing = { ...publicPart(file.signing), alg: 'ES256', use: 'sig' as const };
  const sealing = { ...publicPart(file.sealing), alg: 'ECDH-ES', use: 'enc' as const };
  return {
    signingKey: await importPrivate(file.signing, 'ES256'),
    signingKeyId: signing.kid,
    sealingKey: await importPrivate(file.sealing, 'ECDH-ES'),
    sealingPublic: sealing,
    published: { keys: [signing, sealing] },
    authority: file.authority,
  };
}

const publicPart = ({ kty, crv, x, y, kid }: PrivateJwk): PublicJwk & { kid: string } => ({
  kty,
  crv,
  x,
  y,
  kid: kid ?? x,
});

async function importPrivate({ kty, crv, x, y, d }: PrivateJwk, algorithm: string): Promise<CryptoKey> {
  const key = await importJWK({ kty, crv, x, y, d }, algorithm);
  if (key instanceof Uint8Array) throw new Error('expected a key pair');
  return key;
}
