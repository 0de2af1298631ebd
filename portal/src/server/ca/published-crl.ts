import type { Database } from '../store/database.js';
import type { CertificationAuthority } from '@cardwright/cms';
import { listRevocations, nextCrlNumber, readCrlRevision } from './revocations.js';

/** A CRL as it is served. */
export interface PublishedCrl {
  readonly der: Uint8Array;
  readonly number: number;
  /** To the second, as the CRL has it. */
  readonly thisUpdate: Date;
}

interface SignedCrl extends PublishedCrl {
  readonly revision: string;
}

const SECOND = 1000;

/**
 * The CRL of an authority. It is signed again when revocations have changed, and when half of its life is over, so that those who
 * fetch it can use it for a while. In between, everyone gets the same one. Only one is made at a time.
 */
export class CrlPublisher {
  #latest: SignedCrl | undefined;
  #running: { readonly revision: string; readonly crl: Promise<SignedCrl> } | undefined;
  /** The next one after the running one, for requests that know of later revocations. */
  #following: Promise<SignedCrl> | undefined;
  #wanted = '';

  /** @param lifetime of each CRL, in milliseconds */
  constructor(
    private readonly db: Database,
    private readonly authority: CertificationAuthority,
    private readonly lifetime: number,
  ) {}

  /**
   * A CRL with everything that was committed before this was called.
   *
   * @throws CardwrightError `CA_UNAVAILABLE` when one has to be signed and the authority does not answer
   */
  async current(): Promise<PublishedCrl> {
    const revision = await readCrlRevision(this.db);
    if (this.#latest?.revision === revision && this.#isYoung(this.#latest)) return this.#latest;
    if (this.#running?.revision === revision) return this.#running.crl;
    if (!this.#running && !this.#following) return this.#start(revision);
    this.#wanted = revision;
    this.#following ??= this.#afterRunning();
    return this.#following;
  }

  #isYoung = ({ thisUpdate }: SignedCrl): boolean => Date.now() < thisUpdate.getTime() + this.lifetime / 2;

  async #afterRunning(): Promise<SignedCrl> {
    // Those who wait for it get its failure.
    await Promise.allSettled([this.#running?.crl]);
    this.#following = undefined;
    return this.#start(this.#wanted);
  }

  #start(revision: string): Promise<SignedCrl> {
    const crl = this.#sign(revision);
    this.#running = { revision, crl };
    return crl;
  }

  async #sign(revision: string): Promise<SignedCrl> {
    try {
      // Set before anything is read, so that what the CRL lists is never older than it says.
      const number = await nextCrlNumber(this.db);
      const thisUpdate = new Date(Math.floor(Date.now() / SECOND) * SECOND);
      const nextUpdate = new Date(thisUpdate.getTime() + this.lifetime);
      const order = { number, thisUpdate, nextUpdate, revocations: listRevocations(this.db) };
      const der = await this.authority.signCrl(order);
      this.#latest = { revision, der, number, thisUpdate };
      return this.#latest;
    } finally {
      this.#running = undefined;
    }
  }
}
