import { X509Certificate } from 'node:crypto';
import type {
  ScepDecision,
  ScepEnrolmentRequest,
  ScepRegistrar,
} from '../../../portal/src/server/mobile/scep/registrar.js';
import { inPages } from '../revocation-pages.js';
import type { TestAuthority } from './test-authority.js';

/** A client's requests, in the order in which the registrar received them. */
export interface Heard {
  readonly what: 'enrol' | 'renew' | 'poll' | 'sent' | 'capabilities' | 'certificates';
  readonly place: string;
  readonly transactionId?: string;
}

interface Transaction {
  readonly publicKey: string;
  certificate?: Uint8Array;
}

/**
 * A registrar without a database, for one enrolment. Its challenge can be used once, and a client that asks again for the same key
 * gets the same answer. Certificates can be made to wait for `confirm`.
 */
export class MemoryRegistrar implements ScepRegistrar {
  readonly heard: Heard[] = [];
  readonly issued = new Map<string, Uint8Array>();
  readonly #transactions = new Map<string, Transaction>();
  #isUsed = false;
  #isConfirmed: boolean;

  constructor(
    private readonly authority: TestAuthority,
    private readonly challenge: string,
    { confirmed = true } = {},
  ) {
    this.#isConfirmed = confirmed;
  }

  confirm(): void {
    this.#isConfirmed = true;
  }

  get isChallengeUsed(): boolean {
    return this.#isUsed;
  }

  /** Counts a client's requests of a kind. */
  count(what: Heard['what']): number {
    return this.heard.filter((one) => one.what === what).length;
  }

  async enrol(place: string, request: ScepEnrolmentRequest, challenge: string | null): Promise<ScepDecision> {
    this.heard.push({ what: 'enrol', place, transactionId: request.transactionId });
    const publicKey = textOf(request.publicKey);
    const isRepeated = this.#transactions.get(request.transactionId)?.publicKey === publicKey;
    if (!isRepeated && (this.#isUsed || challenge !== this.challenge))
      return { kind: 'refused', failInfo: 'badRequest' };
    if (!isRepeated) this.#transactions.set(request.transactionId, { publicKey });
    this.#isUsed = true;
    return this.#decide(request);
  }

  async renew(place: string, request: ScepEnrolmentRequest, signer: Uint8Array): Promise<ScepDecision> {
    this.heard.push({ what: 'renew', place, transactionId: request.transactionId });
    if (!this.issued.has(serialNumberOf(signer))) return { kind: 'refused', failInfo: 'badRequest' };
    this.#transactions.set(request.transactionId, { publicKey: textOf(request.publicKey) });
    return this.#decide(request);
  }

  async poll(place: string, request: ScepEnrolmentRequest): Promise<ScepDecision> {
    this.heard.push({ what: 'poll', place, transactionId: request.transactionId });
    const isKnown = this.#transactions.get(request.transactionId)?.publicKey === textOf(request.publicKey);
    return isKnown ? this.#decide(request) : { kind: 'refused', failInfo: 'badRequest' };
  }

  sent(place: string, transactionId: string): Promise<void> {
    this.heard.push({ what: 'sent', place, transactionId });
    return Promise.resolve();
  }

  findCertificate(serialNumber: string): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.issued.get(serialNumber));
  }

  readCrl(): Promise<Uint8Array> {
    const thisUpdate = new Date();
    const nextUpdate = new Date(thisUpdate.getTime() + 60_000);
    return this.authority.ca.signCrl({ number: 1, thisUpdate, nextUpdate, revocations: inPages([]) });
  }

  seen(place: string, what: 'capabilities' | 'certificates'): Promise<void> {
    this.heard.push({ what, place });
    return Promise.resolve();
  }

  async #decide({ transactionId, publicKey }: ScepEnrolmentRequest): Promise<ScepDecision> {
    const transaction = this.#transactions.get(transactionId);
    if (!transaction || !this.#isConfirmed) return { kind: 'pending' };
    const certificate = (transaction.certificate ??= await this.authority.certify(publicKey));
    this.issued.set(serialNumberOf(certificate), certificate);
    return { kind: 'issued', certificate };
  }
}

const textOf = (publicKey: Uint8Array): string => Buffer.from(publicKey).toString('hex');

/** Returns a serial number in the registrar's form: lower case, without leading zeros. */
export const serialNumberOf = (certificate: Uint8Array): string =>
  new X509Certificate(certificate).serialNumber.toLowerCase();
