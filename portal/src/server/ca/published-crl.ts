import { setTimeout as delay } from 'node:timers/promises';
import type { CertificationAuthority } from '@cardwright/cms/authority';
import { RecurringProblem } from '../work/recurring-problem.js';
import type { Revocations } from './revocations.js';

/** A signed CRL, with its number and the time of its issue. */
export interface PublishedCrl {
  readonly der: Uint8Array;
  readonly number: number;
  /** Time of issue in whole seconds, as in the CRL. */
  readonly thisUpdate: Date;
}

/** The life of a CRL. */
export interface CrlSpan {
  /** Time of issue. */
  readonly thisUpdate: Date;
  /** Time until which readers may use the CRL. */
  readonly nextUpdate: Date;
}

/** A CRL as a reader gets it, with the time for which later readers will get the same CRL. */
export interface ServedCrl extends PublishedCrl {
  /** Milliseconds for which all readers are still served this CRL; 0 if the next reader may already cause a new CRL to be made. */
  readonly freshFor: number;
}

/** Times for making CRLs, in milliseconds. */
export interface CrlTimes {
  /** Validity of each CRL. */
  readonly lifetime: number;
  /**
   * Time for which one CRL is served before the next can be made, at most half of the lifetime. With 0, the next reader after any change of the
   * revocations gets a new CRL.
   */
  readonly interval: number;
}

interface KeptCrl extends PublishedCrl {
  readonly revision: string;
  /** The CRL lists every revocation that was committed before this moment. */
  readonly completeAt: number;
}

interface Failure {
  readonly error: unknown;
  readonly at: number;
}

interface Making {
  /** Time at which the making began. The CRL will list at least every revocation that was committed before this time. */
  readonly since: number;
  readonly outcome: Promise<KeptCrl | Failure>;
}

const SECOND = 1000;
/** Milliseconds between a failure and the next attempt to make a CRL. */
const PAUSE = 5 * SECOND;
/**
 * Milliseconds after which new readers no longer wait for a CRL that is being made, but are served the previous CRL if the previous CRL is still
 * valid.
 */
const PATIENCE = 10 * SECOND;

/**
 * Publishes the CRL of an authority. For an interval all readers are served the same CRL, whatever is revoked meanwhile. After the interval, the
 * next reader triggers a new CRL if the revocations have changed, or if half of the CRL's lifetime is over: so a served CRL stays valid for a
 * while. No two CRLs are made at the same time: waiting readers share one.
 */
export class CrlPublisher {
  #kept: KeptCrl | undefined;
  #making: Making | undefined;
  #failure: Failure | undefined;
  readonly #problem = new RecurringProblem((problem) => `No CRL could be made (${problem}); the portal keeps trying.`);

  /** @param now returns the current time in milliseconds since 1970 */
  constructor(
    private readonly revocations: Revocations,
    private readonly authority: Pick<CertificationAuthority, 'signCrl'>,
    private readonly times: CrlTimes,
    private readonly now: () => number = () => Date.now(),
  ) {}

  /**
   * Returns a CRL that lists every revocation that was committed an interval ago or earlier. If no CRL can be made, or if the making of a CRL has
   * already taken `PATIENCE` or longer, returns the last CRL, provided that the last CRL is still valid.
   *
   * @throws the error because of which no CRL can be made, if there is no last CRL that is still valid; CardwrightError `CA_UNAVAILABLE` if the
   *   authority does not answer
   */
  async current(): Promise<ServedCrl> {
    const asked = this.now();
    if (this.#kept && this.#isFresh(this.#kept, asked)) return this.#serve(this.#kept);
    const failure = this.#failure;
    if (failure && isWithin(failure.at, PAUSE, asked)) return this.#answer(failure);
    const making = this.#making;
    if (making && asked >= making.since + PATIENCE && this.#isValid(this.#kept)) return this.#serve(this.#kept);
    // A CRL whose making began an interval ago or earlier may lack a revocation that this reader must see, so a further CRL is made after it.
    if (making && !isWithin(making.since, this.times.interval, asked)) {
      const outcome = await making.outcome;
      if ('error' in outcome) return this.#answer(outcome);
    }
    this.#making ??= this.#begin();
    return this.#answer(await this.#making.outcome);
  }

  /**
   * Makes a new CRL if the last one would be replaced at its next reader because of its age: so `last` tells of an old CRL only if no CRL can be made.
   * Never throws. Waits for `PATIENCE` at most.
   */
  async refresh(): Promise<void> {
    if (this.#kept === undefined || this.#isYoung(this.#kept, this.now())) return;
    const waited = new AbortController();
    const made = this.current().then(nothing, nothing);
    await Promise.race([made, delay(PATIENCE, undefined, { signal: waited.signal, ref: false }).catch(nothing)]);
    waited.abort();
  }

  /** The life of the last CRL that this process made, also if it is over; null if this process made none. */
  get last(): CrlSpan | null {
    if (this.#kept === undefined) return null;
    const { thisUpdate } = this.#kept;
    return { thisUpdate, nextUpdate: new Date(thisUpdate.getTime() + this.times.lifetime) };
  }

  /**
   * Serves a new CRL. If no CRL could be made, serves the last CRL, provided that the last CRL is still valid.
   *
   * @throws the error because of which no CRL could be made, if the last CRL is no longer valid or does not exist
   */
  #answer(outcome: KeptCrl | Failure): ServedCrl {
    if (!('error' in outcome)) return this.#serve(outcome);
    if (!this.#isValid(this.#kept)) throw outcome.error;
    return this.#serve(this.#kept);
  }

  #serve(kept: KeptCrl): ServedCrl {
    const { der, number, thisUpdate } = kept;
    const now = this.now();
    const end = Math.min(kept.completeAt + this.times.interval, thisUpdate.getTime() + this.times.lifetime / 2);
    return { der, number, thisUpdate, freshFor: this.#isFresh(kept, now) ? end - now : 0 };
  }

  #isFresh = (kept: KeptCrl, moment: number): boolean =>
    isWithin(kept.completeAt, this.times.interval, moment) && this.#isYoung(kept, moment);

  #isYoung = ({ thisUpdate }: KeptCrl, moment: number): boolean =>
    isWithin(thisUpdate.getTime(), this.times.lifetime / 2, moment);

  #isValid(kept: KeptCrl | undefined): kept is KeptCrl {
    return kept !== undefined && this.now() < kept.thisUpdate.getTime() + this.times.lifetime;
  }

  #begin(): Making {
    const since = this.now();
    const outcome = this.#bringUpToDate(since)
      .then(
        (kept) => {
          this.#failure = undefined;
          this.#problem.end();
          return (this.#kept = kept);
        },
        (error: unknown) => {
          this.#problem.report(error);
          return (this.#failure = { error, at: this.now() });
        },
      )
      .finally(() => (this.#making = undefined));
    return { since, outcome };
  }

  async #bringUpToDate(since: number): Promise<KeptCrl> {
    const kept = this.#kept;
    const revision = await this.revocations.revision();
    const isUnchanged = kept?.revision === revision && this.#isYoung(kept, since);
    return { ...(isUnchanged ? kept : await this.#sign()), revision, completeAt: since };
  }

  async #sign(): Promise<PublishedCrl> {
    // The date is set before any revocation is read, so that the CRL lists everything up to its date.
    const number = await this.revocations.nextNumber();
    const thisUpdate = new Date(Math.floor(this.now() / SECOND) * SECOND);
    const nextUpdate = new Date(thisUpdate.getTime() + this.times.lifetime);
    const der = await this.authority.signCrl({ number, thisUpdate, nextUpdate, revocations: this.revocations.list() });
    return { der, number, thisUpdate };
  }
}

/** The certificate and the CRLs that the portal publishes in a folder below `/ca`. */
export interface PublishedAuthority {
  /** The certificate at the moment, in DER. */
  readonly certificate: () => Uint8Array;
  readonly crl: CrlPublisher;
}

/**
 * True if a moment is in a span of time, which includes its start but not its end. False for a moment before the start: then the
 * clock was set back, and nothing is known about the time that has passed.
 */
const isWithin = (start: number, length: number, moment: number): boolean => moment >= start && moment < start + length;

const nothing = (): void => undefined;
