import { once } from 'node:events';
import type { CrlRequest, Revocation } from '@cardwright/cms/authority';
import { CardwrightError } from '@cardwright/protocol';
import { CrlPublisher, type CrlTimes } from '../../../portal/src/server/ca/published-crl.js';
import { collectPages, inPages } from '../../support/revocation-pages.js';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const TIMES: CrlTimes = { lifetime: 60 * MINUTE, interval: MINUTE };
export const START = Date.UTC(2026, 0, 1);

/** A publisher of CRLs with an authority, a database and a clock that a test plays. */
export class CrlBench {
  readonly publisher: CrlPublisher;
  now = START;
  /** Number of times that the database was asked for changes. */
  questions = 0;
  /** Times at which the authority was asked for a CRL. */
  readonly makings: number[] = [];
  /** Awaited by the authority before it answers. */
  beforeAnswer = (): Promise<void> => Promise.resolve();
  readonly #revoked: Revocation[] = [];

  constructor(times: Partial<CrlTimes> = {}) {
    const revocations = {
      revision: () => {
        this.questions += 1;
        return Promise.resolve(String(this.#revoked.length));
      },
      nextNumber: () => Promise.resolve(this.makings.length + 1),
      list: () => inPages([...this.#revoked]),
    };
    const authority = { signCrl: (request: CrlRequest) => this.#sign(request) };
    this.publisher = new CrlPublisher(revocations, authority, { ...TIMES, ...times }, () => this.now);
  }

  revoke(serialNumber: string): void {
    this.#revoked.push({ serialNumber, revokedAt: new Date(this.now), reason: 'superseded' });
  }

  /** Lists the serial numbers in the CRL that a reader gets, separated by commas. */
  async listed(): Promise<string> {
    const { der } = await this.publisher.current();
    return Buffer.from(der).toString();
  }

  /** Lets the authority wait for a command before it answers or fails. */
  slowAuthority() {
    const events = new EventTarget();
    const isAsked = once(events, 'asked');
    const isTold = once(events, 'told');
    let answer = (): Promise<void> => Promise.resolve();
    this.beforeAnswer = async () => {
      events.dispatchEvent(new Event('asked'));
      await isTold;
      return answer();
    };
    const tell = (): boolean => events.dispatchEvent(new Event('told'));
    const fail = (): void => {
      answer = () => Promise.reject(new CardwrightError('CA_UNAVAILABLE'));
      tell();
    };
    return { answer: tell, fail, isAsked };
  }

  /** Lets the authority fail from now on. */
  failWith(code: 'CA_UNAVAILABLE' | 'CA_REFUSED'): void {
    const error = code === 'CA_REFUSED' ? new CardwrightError(code, { reason: 'no' }) : new CardwrightError(code);
    this.beforeAnswer = () => Promise.reject(error);
  }

  /** Encodes the listed serial numbers instead of DER. */
  async #sign({ revocations }: CrlRequest): Promise<Uint8Array> {
    this.makings.push(this.now);
    const listed = await collectPages(revocations);
    await this.beforeAnswer();
    return Buffer.from(listed.map(({ serialNumber }) => serialNumber).join());
  }
}
