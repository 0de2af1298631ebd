import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';
import { weaknessOf, type Weakness } from './password-rules.js';

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** Cost of a hash: the parameters of scrypt (RFC 7914, 2). */
export interface Cost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** Cost of new hashes, as OWASP's Password Storage Cheat Sheet recommends: 32 MiB and about 300 ms. */
export const COST: Cost = { N: 2 ** 15, r: 8, p: 3 };
/**
 * Cost of hashes at a portal with demo accounts. The passwords of such a portal stand in its settings in clear, so a higher cost would protect
 * nothing.
 */
export const DEMO_COST: Cost = { N: 2, r: 1, p: 1 };

/** Maximum memory of one hash in bytes. scrypt takes `128 * N * r`, and little more. */
const MEMORY_LIMIT = 64 * 1024 * 1024;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

interface StoredHash {
  readonly cost: Cost;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** Hashes and checks passwords. Each hash states its cost, so that the cost of new hashes can be raised later. */
export class Passwords {
  /**
   * @param cost cost of new hashes
   * @param words what no password that someone sets may contain (`weaknessOf`)
   */
  constructor(
    readonly cost: Cost = COST,
    private readonly words: readonly string[] = [],
  ) {}

  /** Returns the reason why a user may not set a password. Returns null if it is strong enough. */
  weaknessOf(password: string, username: string): Weakness | null {
    return weaknessOf(password, username, this.words);
  }

  /** Hashes a password with scrypt (RFC 7914) and a new salt. Returns `scrypt$N$r$p$salt$hash`, with salt and hash in base64url. */
  async hash(password: string): Promise<string> {
    const { N, r, p } = this.cost;
    const salt = randomBytes(SALT_BYTES);
    const hash = await hashOf(password, salt, HASH_BYTES, this.cost);
    return ['scrypt', N, r, p, salt.toString('base64url'), hash.toString('base64url')].join('$');
  }

  /**
   * Resolves with true if a password is the one that was hashed. A wrong password takes the same work whether there is a hash, and whatever its cost
   * is, as long as that is not above the cost of new hashes. So the time of an answer does not tell which names have accounts.
   *
   * @param stored as `hash` returns it; null if there is no account, or its owner cannot sign in with a password
   */
  async isRight(password: string, stored: string | null): Promise<boolean> {
    if (await isPassword(password, stored)) return true;
    const done = stored === null ? undefined : parse(stored)?.cost;
    const rest = done ? restOf(done, this.cost) : this.cost;
    if (rest) await hashOf(password, randomBytes(SALT_BYTES), HASH_BYTES, rest);
    return false;
  }

  /** True if a hash cost less than new hashes do. It is then replaced as soon as its password is known again: at the next sign-in. */
  isOutdated(stored: string): boolean {
    const known = parse(stored);
    return known === undefined || workOf(known.cost) < workOf(this.cost);
  }
}

/**
 * Resolves with true if a password is the one that was hashed.
 *
 * @param stored as `Passwords.hash` returns it; null for no password
 */
export async function isPassword(password: string, stored: string | null): Promise<boolean> {
  const known = stored === null ? undefined : parse(stored);
  if (!known) return false;
  return timingSafeEqual(await hashOf(password, known.salt, known.hash.length, known.cost), known.hash);
}

const hashOf = (password: string, salt: Buffer, length: number, { N, r, p }: Cost): Promise<Buffer> =>
  derive(password.normalize('NFKC'), salt, length, { N, r, p, maxmem: MEMORY_LIMIT });

const workOf = ({ N, r, p }: Cost): number => N * r * p;

/** Returns the cost of the work by which a check falls short of a new hash. Returns null if it does not. */
function restOf(done: Cost, full: Cost): Cost | null {
  if (workOf(done) >= workOf(full)) return null;
  return done.N === full.N && done.r === full.r ? { ...full, p: full.p - done.p } : full;
}

/** Returns undefined for a hash of another scheme. */
function parse(stored: string): StoredHash | undefined {
  const [scheme, N, r, p, salt = '', hash = ''] = stored.split('$');
  if (scheme !== 'scrypt') return undefined;
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  return { cost, salt: Buffer.from(salt, 'base64url'), hash: Buffer.from(hash, 'base64url') };
}
