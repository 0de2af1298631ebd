import { Records, type Transaction } from '@cardwright/cms';
import type { CardwrightError } from '@cardwright/protocol';
import type { Database } from '../../store/database.js';
import { drizzleTransaction } from '../../store/drizzle-store.js';
import { readEnrolment, writeEnrolments, type EnrolmentKey } from '../../store/mobile-rows.js';
import type { MobileEnrolment, User } from '../../store/schema.js';
import { Enrolment } from './enrolment.js';
import type { EnrolmentServices } from './enrolment-services.js';
import type { Times } from './enrolment-state.js';

/** What a call is answered with, although what it changed is kept: an attempt is in the log, an enrolment has ended. */
export class Refusal {
  constructor(readonly error: CardwrightError) {}
}

/**
 * What one call works with, in one transaction: the rows of the CMS and those of enrolments, written together at its end.
 *
 * Locks are taken in the order of the CMS: person, operation, device. Whoever works on an enrolment locks its person first and
 * reads it only then, so an enrolment and its requests need no locks of their own; its device is locked next. Operators end devices without
 * the person, so the state of the device is looked at after its lock.
 */
export class EnrolmentWork {
  readonly #open = new Map<string, Enrolment>();
  readonly records: Records;
  readonly #times: Times;

  constructor(
    private readonly services: EnrolmentServices,
    private readonly transaction: Transaction,
    readonly connection: Database,
    /** Ids of enrolments that were written. */
    readonly changed = new Set<string>(),
  ) {
    this.records = new Records(transaction, services.now());
    this.#times = { ...services.settings, now: this.records.now };
  }

  get now(): Date {
    return this.records.now;
  }

  get times(): Times {
    return this.#times;
  }

  /** An enrolment, ended if its time is over; its person and device stay locked. */
  async open({ id, userId }: EnrolmentKey): Promise<Enrolment> {
    const open = this.#open.get(id);
    if (open) return open;
    await this.transaction.lockPerson(userId);
    const file = await readEnrolment(this.connection, id);
    if (!file) throw new Error('enrolments are never deleted');
    const { deviceId } = file.enrolment;
    const device = deviceId === null ? undefined : await this.records.openDevice(deviceId);
    const enrolment = this.#keep(new Enrolment(this.records, this.#times, file, device));
    enrolment.endIfOver();
    return enrolment;
  }

  /** Adds an enrolment of a user who is locked. */
  add(row: MobileEnrolment, user: User): Enrolment {
    const enrolment = this.#keep(new Enrolment(this.records, this.#times, { enrolment: row, requests: [], user }));
    // All of it is new.
    enrolment.change(row);
    return enrolment;
  }

  #keep(enrolment: Enrolment): Enrolment {
    this.#open.set(enrolment.id, enrolment);
    return enrolment;
  }

  /**
   * Does something first, and writes it at once, so that the database counts and compares without it: a device that is over makes room
   * for another one. It works on other devices than the rest of the call.
   */
  async before<T>(work: (earlier: EnrolmentWork) => Promise<T>): Promise<T> {
    const earlier = new EnrolmentWork(this.services, this.transaction, this.connection, this.changed);
    const result = await work(earlier);
    await earlier.write();
    return result;
  }

  /** Writes what changed. What requests refer to comes first. */
  async write(): Promise<void> {
    await this.records.write();
    const changes = [...this.#open.values()].map((enrolment) => enrolment.changes);
    await writeEnrolments(
      this.connection,
      changes.flatMap(({ enrolments }) => enrolments),
      changes.flatMap(({ requests }) => requests),
    );
    for (const id of this.#open.keys()) this.changed.add(id);
  }
}

/**
 * Runs work in one transaction, and wakes those who watch what it changed.
 *
 * @throws what a `Refusal` holds, after everything was kept; any other error undoes the transaction
 */
export async function inEnrolmentWork<T>(
  services: EnrolmentServices,
  task: (work: EnrolmentWork) => Promise<T | Refusal>,
): Promise<T> {
  const result = await drizzleTransaction(services.store, async (transaction, connection) => {
    const work = new EnrolmentWork(services, transaction, connection);
    const done = await task(work);
    await work.write();
    return { done, changed: work.changed };
  });
  for (const id of result.changed) services.wakeUps.wake(id);
  if (result.done instanceof Refusal) throw result.done.error;
  return result.done;
}
