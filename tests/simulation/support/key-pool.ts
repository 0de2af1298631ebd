import { freshKeys, KeyAlgorithm, type KeySource } from '@cardwright/virtual-card';

const RSA_ALGORITHMS: readonly number[] = [KeyAlgorithm.rsa2048, KeyAlgorithm.rsa3072, KeyAlgorithm.rsa4096];

/**
 * Keys for cards whose issuance is over before an RSA key would be made: each algorithm's keys are made once and given
 * out again in every case, in their order. Within a case none comes twice, so a CMS that refuses a key that it has seen on
 * another device sees none. Keys of elliptic curves are made on the spot.
 */
export class KeyPool {
  readonly #made = new Map<number, Promise<Buffer>[]>();

  /** The keys of one case, from the first on. */
  source(): PooledKeys {
    return new PooledKeys((algorithm, index) => this.#key(algorithm, index));
  }

  #key(algorithm: number, index: number): Promise<Buffer> {
    const keys = this.#made.get(algorithm) ?? [];
    this.#made.set(algorithm, keys);
    return (keys[index] ??= freshKeys.generate(algorithm));
  }
}

/** The keys of one case. */
export class PooledKeys implements KeySource {
  /** How many were given out, by algorithm. */
  readonly #taken: Map<number, number>;

  constructor(
    private readonly key: (algorithm: number, index: number) => Promise<Buffer>,
    taken: ReadonlyMap<number, number> = new Map(),
  ) {
    this.#taken = new Map(taken);
  }

  generate(algorithm: number): Promise<Buffer> {
    if (!RSA_ALGORITHMS.includes(algorithm)) return freshKeys.generate(algorithm);
    const index = this.#taken.get(algorithm) ?? 0;
    this.#taken.set(algorithm, index + 1);
    return this.key(algorithm, index);
  }

  /** The keys of a case that continues from where this one is. */
  copy(): PooledKeys {
    return new PooledKeys(this.key, this.#taken);
  }
}
