import { checkPrimeSync, createECDH, createHash, type KeyObject } from 'node:crypto';
import { KNOWN_KEYS } from './known-keys.js';

/** A defect of a readable key. `encoding`: other bytes follow the key; only `CardKey` sees that. */
export type Weakness =
  | 'encoding'
  | 'key-kind'
  | 'modulus-size'
  | 'exponent'
  | 'modulus-even'
  | 'modulus-prime'
  | 'modulus-power'
  | 'small-factor'
  | 'close-factors'
  | 'roca'
  | 'guessed'
  | 'published';

/** Modulus sizes that cards and phones generate, in bits. Larger moduli are refused, because checking them would only cost time. */
const LARGEST_OF_CARDS = 4096;
const MODULUS_SIZES: ReadonlySet<number> = new Set([2048, 3072, LARGEST_OF_CARDS]);
/** FIPS 186-5, A.1.1: 2^16 < e < 2^256, and odd. */
const SMALLEST_EXPONENT = 65_537n;
const EXPONENT_LIMIT = 2n ** 256n;
/** NIST SP 800-89, 5.3.3: a modulus has no factor smaller than 752. */
const SMALL_FACTORS = primesBelow(752);
/** Steps of Fermat's method. Factors that differ in more than half of their bits need far more steps. */
const FERMAT_STEPS = 100;

/** Number of private keys that anyone would try first: 1, 2, 3 … */
const GUESSED = 32;

/** x-coordinates of the public points that belong to the guessed private keys, by OpenSSL's names of the curves. */
const CURVES: ReadonlyMap<string | undefined, () => ReadonlySet<string>> = new Map(
  ['prime256v1', 'secp384r1'].map((curve) => [curve, once(() => guessedPoints(curve))]),
);

/**
 * Finds a weakness that makes a key unfit to be certified; undefined if no weakness was found. Others can compute the private key of most weak
 * keys.
 *
 * - RSA keys must meet NIST SP 800-89, 5.3.3 and FIPS 186-5, and show no mark of keys that are known to be weak.
 * - Other keys must be ECDSA on P-256 or P-384. OpenSSL checked that the point is on the curve (SP 800-56A, 5.6.2.3.3) when it read the key.
 *
 * @example
 * const weakness = findWeakness(CardKey.read(spki).key);
 */
export function findWeakness(key: KeyObject): Weakness | undefined {
  if (KNOWN_KEYS.has(fingerprintOf(key))) return 'published';
  if (key.asymmetricKeyType === 'rsa') return findRsaWeakness(key);
  const guessed = key.asymmetricKeyType === 'ec' ? CURVES.get(key.asymmetricKeyDetails?.namedCurve) : undefined;
  if (!guessed) return 'key-kind';
  // A key and its negative have the same x-coordinate.
  return guessed().has(key.export({ format: 'jwk' }).x ?? '') ? 'guessed' : undefined;
}

/** Key types that no card generates, but that an authority may have chosen for itself. */
const CHOSEN_KINDS: ReadonlySet<string | undefined> = new Set(['ed25519', 'ed448', 'rsa-pss']);

/**
 * Finds a weakness as `findWeakness` does, but in a key that signs certificates, CRLs or profiles. Keys of kinds that no card has are accepted
 * unchecked: a modulus above 4,096 bits, P-521, Ed25519, Ed448 and RSA-PSS.
 *
 * @example
 * const weakness = findAuthorityWeakness(readForeignCertificate(pem).publicKey);
 */
export function findAuthorityWeakness(key: KeyObject): Weakness | undefined {
  const { modulusLength = 0, namedCurve } = key.asymmetricKeyDetails ?? {};
  const isChosen =
    modulusLength > LARGEST_OF_CARDS || namedCurve === 'secp521r1' || CHOSEN_KINDS.has(key.asymmetricKeyType);
  return isChosen ? undefined : findWeakness(key);
}

function guessedPoints(curve: string): ReadonlySet<string> {
  const points = new Set<string>();
  for (let guess = 1; guess <= GUESSED; guess += 1) {
    const ecdh = createECDH(curve);
    ecdh.setPrivateKey(Buffer.of(guess));
    const point = ecdh.getPublicKey();
    points.add(point.subarray(1, (point.length + 1) / 2).toString('base64url'));
  }
  return points;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function findRsaWeakness(key: KeyObject): Weakness | undefined {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  if (!MODULUS_SIZES.has(modulusLength)) return 'modulus-size';
  if (publicExponent < SMALLEST_EXPONENT || publicExponent >= EXPONENT_LIMIT || publicExponent % 2n === 0n)
    return 'exponent';
  const modulus = modulusOf(key);
  if (modulus % 2n === 0n) return 'modulus-even';
  if (SMALL_FACTORS.some((prime) => modulus % prime === 0n)) return 'small-factor';
  if (checkPrimeSync(modulus)) return 'modulus-prime';
  if (isRocaModulus(modulus)) return 'roca';
  const root = rootOf(modulus, 2n);
  if (HIGHEST_POWERS.some((power) => rootOf(modulus, power) ** power === modulus)) return 'modulus-power';
  return hasCloseFactors(modulus, root) ? 'close-factors' : undefined;
}

function modulusOf(key: KeyObject): bigint {
  const { n = '' } = key.export({ format: 'jwk' });
  return BigInt(`0x${Buffer.from(n, 'base64url').toString('hex') || '0'}`);
}

/** Exponents with which a modulus may be the power of a prime. The prime is larger than 751, so 4096 bits allow no exponent above 428. */
const HIGHEST_POWERS = primesBelow(430);

/** Returns the largest integer whose `power`-th power does not exceed a number, by Newton's method. */
function rootOf(value: bigint, power: bigint): bigint {
  let root = 1n << (BigInt(value.toString(2).length) / power + 1n);
  for (;;) {
    const next = ((power - 1n) * root + value / root ** (power - 1n)) / power;
    if (next >= root) return root;
    root = next;
  }
}

/** True if Fermat's method finds the factors within `FERMAT_STEPS`: n = a² - b², with a just above the root if the factors are close. */
function hasCloseFactors(modulus: bigint, root: bigint): boolean {
  for (let a = root + 1n; a <= root + BigInt(FERMAT_STEPS); a += 1n) {
    const square = a * a - modulus;
    if (rootOf(square, 2n) ** 2n === square) return true;
  }
  return false;
}

/** Primes that reveal keys of Infineon's library (CVE-2017-15361): the factors of such keys are powers of 65537 modulo each of these primes. */
const ROCA_PRIMES = primesBelow(168).filter((prime) => prime > 2n);
const ROCA_RESIDUES = ROCA_PRIMES.map((prime) => ({ prime, powers: powersOf(65_537n, prime) }));

/** True for every ROCA key, and for about one in 2^27 of all other keys. */
const isRocaModulus = (modulus: bigint): boolean =>
  ROCA_RESIDUES.every(({ prime, powers }) => powers.has(modulus % prime));

function powersOf(generator: bigint, prime: bigint): ReadonlySet<bigint> {
  const powers = new Set<bigint>();
  for (let power = 1n; !powers.has(power); power = (power * generator) % prime) powers.add(power);
  return powers;
}

function primesBelow(limit: number): bigint[] {
  const primes: number[] = [];
  for (let candidate = 2; candidate < limit; candidate += 1)
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  return primes.map(BigInt);
}

const fingerprintOf = (key: KeyObject): string =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');
