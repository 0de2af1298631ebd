import type { CertificationAuthority } from '@cardwright/cms';
import { RecurringProblem } from '../recurring-problem.js';
import type { Revocations } from './revocations.js';

/** A CRL that was made. */
export interface PublishedCrl {
  readonly der: Uint8Array;
  readonly number: number;
  /** To the second, as the CRL has it. */
  readonly thisUpdate: Date;
}

/** A CRL as it is served. */
export interface ServedCrl extends PublishedCrl {
  /** Milliseconds for which every reader will be served this one; 0 where the next one is due. */
  readonly freshFor: number;
}

/** When CRLs are made, in milliseconds. */
export interface CrlTimes {
  /** For how long each can be used. */
  readonly lifetime: number;
  /** For how long one is served before the next can be made: half of the lifetime at most; 0 has one made for each change. */
  readonly interval: number;
}

interface KeptCrl extends PublishedCrl {
  readonly revision: string;
  /** It lists whatever was committed before this moment. */
  readonly completeAt: number;
}

interface Failure {
  readonly error: unknown;
  readonly at: number;
}

interface Making {
  /** It lists at least what was committed before this moment. */
  readonly since: number;
  readonly outcome: Promise<KeptCrl | Failure>;
}

const SECOND = 1000;
/** After a failure the authority is left alone for so long. */
const PAUSE = 5 * SECOND;
/** Once a CRL takes longer to make, readers who come later are served the one before. */
const PATIENCE = 10 * SECOND;

/**
 * The CRL of an authority. Readers are served the same one for an interval, whatever is revoked meanwhile. Then the next reader has one
 * made, where revocations have changed, or where half of the life of the last one is over, so that whoever fetches it can use it for a
 * while. One is made at a time, for all who wait for it.
 */
export class CrlPublisher {
  #kept: KeptCrl | undefined;
  #making: Making | undefined;
  #failure: Failure | undefined;
  readonly #problem = new RecurringProblem((problem) => `No CRL could be made (${problem}); the portal keeps trying.`);

  /** @param now milliseconds since 1970 */
  constructor(
    private readonly revocations: Revocations,
    private readonly authority: Pick<CertificationAuthority, 'signCrl'>,
    private readonly times: CrlTimes,
    private readonly now: () => number = () => Date.now(),
  ) {}

  /**
   * A CRL that lists whatever was committed an interval ago. Where none can be made, or making one takes long, the last one is served
   * until it ends.
   *
   * @throws CardwrightError `CA_UNAVAILABLE` when one has to be signed and the authority does not answer; whatever else keeps one from
   * being made
   */
  async current(): Promise<ServedCrl> {
    const asked = this.now();
    if (this.#kept && this.#isFresh(this.#kept, asked)) return this.#serve(this.#kept);
    const failure = this.#failure;
    if (failure && isWithin(failure.at, PAUSE, asked)) return this.#answer(failure);
    const making = this.#making;
    if (making && asked >= making.since + PATIENCE && this.#isValid(this.#kept)) return this.#serve(this.#kept);
    // One that began an interval ago may lack what this reader must be told.
    if (making && !isWithin(making.since, this.times.interval, asked)) {
      const outcome = await making.outcome;
      if ('error' in outcome) return this.#answer(outcome);
    }
    this.#making ??= this.#begin();
    return this.#answer(await this.#making.outcome);
  }

  /** Instead of one that could not be made, the last one. */
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
    // Set before anything is read, so that what the CRL lists is never older than it says.
    const number = await this.revocations.nextNumber();
    const thisUpdate = new Date(Math.floor(this.now() / SECOND) * SECOND);
    const nextUpdate = new Date(thisUpdate.getTime() + this.times.lifetime);
    const der = await this.authority.signCrl({ number, thisUpdate, nextUpdate, revocations: this.revocations.list() });
    return { der, number, thisUpdate };
  }
}

/** Whether a moment is in a span of time. One before it is not: a clock that was set back tells nothing about what is due. */
const isWithin = (start: number, length: number, moment: number): boolean => moment >= start && moment < start + length;
