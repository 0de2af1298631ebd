import { randomUUID } from 'node:crypto';
import type { PhoneSlot } from '@cardwright/cms/authority';
import { isInUse, mayFollow } from '@cardwright/cms/devices';
import type { AuditEvent, AuditRow, DeviceRecord, Records } from '@cardwright/cms/store';
import { CardwrightError } from '@cardwright/protocol';
import type { EnrolmentState, PhoneRequest } from '@cardwright/protocol/mobile';
import type { EnrolmentFile } from '../../store/mobile-rows.js';
import type { MobileEnrolment, ScepRequest, User } from '../../store/schema.js';
import { ENROLMENT_RULES, isAbandoned, isFinal, type Times } from './enrolment-state.js';
import { deriveSecret, hashOf } from './secrets.js';

/** Number of refusals of one enrolment that are logged one by one. Afterwards, the total is logged each time it has doubled. */
const LOGGED_EACH = 10;

/** An enrolment with its requests, its user and its device, including changes that are not written yet. The transaction has locked the user. */
export class Enrolment {
  #row: MobileEnrolment;
  #requests: readonly ScepRequest[];
  #device: DeviceRecord | undefined;
  readonly user: User;
  readonly #changed = new Set<string>();
  #isChanged = false;

  constructor(
    private readonly records: Records,
    private readonly times: Times,
    { enrolment, requests, user }: Pick<EnrolmentFile, 'enrolment' | 'requests' | 'user'>,
    device?: DeviceRecord,
  ) {
    this.#row = enrolment;
    this.#requests = requests;
    this.#device = device;
    this.user = user;
  }

  get id(): string {
    return this.#row.id;
  }

  get row(): MobileEnrolment {
    return this.#row;
  }

  get state(): EnrolmentState {
    return this.#row.state;
  }

  get requests(): readonly ScepRequest[] {
    return this.#requests;
  }

  /** The device of the phone, which is also locked; undefined until the user has confirmed the phone. */
  get device(): DeviceRecord | undefined {
    return this.#device;
  }

  /** Rows with changes that are to be written. */
  get changes(): { readonly enrolments: readonly MobileEnrolment[]; readonly requests: readonly ScepRequest[] } {
    return {
      enrolments: this.#isChanged ? [this.#row] : [],
      requests: this.#requests.filter(({ id }) => this.#changed.has(id)),
    };
  }

  change(values: Partial<MobileEnrolment>): void {
    this.#row = { ...this.#row, ...values, updatedAt: this.records.now };
    this.#isChanged = true;
  }

  /**
   * Enters a state, and sets its time limit.
   *
   * @throws Error if the state cannot follow the present state, which callers check first
   */
  enter(state: EnrolmentState, values: Partial<MobileEnrolment> = {}): void {
    if (!ENROLMENT_RULES[this.state].next.includes(state)) throw new Error(`${state} cannot follow ${this.state}`);
    const row = { ...this.#row, ...values };
    // The last refusals may not have been logged, so the final number of refusals is logged now.
    if (isFinal(state) && !isLogged(row.refusals)) this.#reportRefusal({});
    this.change({ ...values, state, expiresAt: ENROLMENT_RULES[state].deadline(row, this.times) });
  }

  attach(device: DeviceRecord): void {
    this.#device = device;
    this.change({ deviceId: device.row.id });
  }

  /** Records what the phone last requested. If the state waits for the phone (`waitsForPhone`), restarts the time limit of the state. */
  note(lastRequest: PhoneRequest): void {
    const { waitsForPhone, deadline } = ENROLMENT_RULES[this.state];
    const expiresAt = waitsForPhone ? { expiresAt: deadline(this.#row, this.times) } : {};
    this.change({ lastRequest, lastRequestAt: this.records.now, ...expiresAt });
  }

  /**
   * Allows the phone to request one certificate. If the same was allowed before, nothing changes.
   *
   * @param secret secret of this enrolment
   * @returns the challenge, 32 characters of base64url: the same each time
   * @throws Error if a challenge that another secret gave was used, which callers check first
   */
  order(slot: PhoneSlot, expiresAt: Date, secret: string): string {
    const challenge = deriveSecret(secret, slot);
    const challengeHash = hashOf(challenge);
    const before = this.requests.find((request) => request.slot === slot && request.challengeHash !== null);
    if (before?.challengeHash === challengeHash) return challenge;
    if (before?.transactionId) throw new Error('the challenge for this certificate has been used');
    if (before) this.changeRequest(before, { challengeHash, expiresAt });
    else this.#add({ slot, challengeHash, expiresAt });
    return challenge;
  }

  /** Adds a renewal. Its request has no challenge, because the key of an earlier certificate of the slot has signed it. */
  addRenewal(slot: PhoneSlot, transactionId: string, publicKey: string, expiresAt: Date): ScepRequest {
    return this.#add({ slot, challengeHash: null, expiresAt, transactionId, publicKey });
  }

  #add(values: Pick<ScepRequest, 'slot' | 'challengeHash' | 'expiresAt'> & Partial<ScepRequest>): ScepRequest {
    const unused = { transactionId: null, publicKey: null, certificateId: null, sentAt: null };
    const own = { id: randomUUID(), enrolmentId: this.#row.id, createdAt: this.records.now };
    const request = { ...unused, ...values, ...own };
    this.#requests = [...this.#requests, request];
    this.#changed.add(request.id);
    return request;
  }

  changeRequest(request: ScepRequest, values: Partial<ScepRequest>): ScepRequest {
    const changed = { ...request, ...values };
    this.#requests = this.#requests.map((one) => (one.id === request.id ? changed : one));
    this.#changed.add(request.id);
    return changed;
  }

  /** Ends the enrolment with an error. If it has a device, terminates the device, which revokes the certificates of the device. */
  fail(error: CardwrightError): void {
    const { state, lastRequest } = this.#row;
    this.#endDevice('portal', `enrolment failed: ${error.code}`);
    this.enter('failed', { failure: error.toWire() });
    this.report('mobile.enrolment-failed', 'portal', { state, lastRequest, error: error.code }, 'failed');
  }

  /** Cancels the enrolment on behalf of `by`. If it has a device, terminates the device, which revokes the certificates of the device. */
  cancel(by: string, reason: string): void {
    const { state, lastRequest } = this.#row;
    this.#endDevice(by, `enrolment cancelled: ${reason}`);
    this.enter('cancelled');
    this.report('mobile.enrolment-cancelled', by, { state, lastRequest, reason });
  }

  /**
   * Ends the enrolment if its time is over, if its device is no longer in use, for example because an operator terminated it, or if its user left before
   * the phone was in use: a phone continues without a session.
   */
  endIfOver(): void {
    if (isFinal(this.state)) return;
    const { expiresAt } = this.#row;
    const { overdue } = ENROLMENT_RULES[this.state];
    if (this.#device && !isInUse(this.#device.row.state)) this.cancel('portal', 'the device was terminated');
    else if (isAbandoned(this.user, this.#device?.row.state ?? null)) this.cancel('portal', 'its user left');
    else if (overdue && expiresAt && expiresAt <= this.records.now) this.fail(new CardwrightError(overdue));
  }

  /**
   * Counts a refused request and leaves the state as it is. Most refused requests do not come from the phone. Not all refusals are logged
   * (`LOGGED_EACH`), because anyone who knows the address could fill the log.
   */
  refuse(reason: string): void {
    this.change({ refusals: this.#row.refusals + 1 });
    if (isLogged(this.#row.refusals)) this.#reportRefusal({ reason });
  }

  #reportRefusal(detail: AuditRow['detail']): void {
    const { refusals } = this.#row;
    this.report('mobile.phone-refused', 'portal', { ...detail, ...(refusals > LOGGED_EACH && { refusals }) }, 'failed');
  }

  /** Writes an event of the enrolment into the audit log. */
  report(event: AuditEvent, actor: string, detail: AuditRow['detail'] = {}, outcome: AuditRow['outcome'] = 'ok'): void {
    const { id: enrolment, deviceId } = this.#row;
    this.records.record({ actor, event, outcome, deviceId, detail: { enrolment, ...detail } });
  }

  #endDevice(by: string, reason: string): void {
    if (this.#device && mayFollow(this.#device.row.state, 'terminated'))
      this.#device.changeState('terminated', by, reason);
  }
}

/** True if the refusal with this number is logged. */
const isLogged = (refusals: number): boolean =>
  refusals <= LOGGED_EACH || Number.isInteger(Math.log2(refusals / LOGGED_EACH));
