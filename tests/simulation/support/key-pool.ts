import { freshKeys, KeyAlgorithm, type KeySource } from '@cardwright/virtual-card';

const RSA_ALGORITHMS: readonly number[] = [KeyAlgorithm.rsa2048, KeyAlgorithm.rsa3072, KeyAlgorithm.rsa4096];

/**
 * Pooled RSA keys for cards, because generating one takes longer than an issuance. Keys of an algorithm are generated once
 * and dealt in the same order in every case. Within a case no key is dealt twice, so the CMS never refuses one as known from
 * another device. Keys of elliptic curves are generated on the spot.
 */
export class KeyPool {
  readonly #made = new Map<number, Promise<Buffer>[]>();

  /** Starts dealing to a new case, from the first key on. */
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
  /** The number of dealt keys, by algorithm. */
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

  /** Returns the keys of a case that continues where this one is. */
  copy(): PooledKeys {
    return new PooledKeys(this.key, this.#taken);
  }
}
