import { Records, type Transaction } from '@cardwright/cms/store';
import type { CardwrightError } from '@cardwright/protocol';
import type { Database } from '../../store/database.js';
import { drizzleTransaction } from '../../store/drizzle-store.js';
import { readEnrolment, writeEnrolments, type EnrolmentKey } from '../../store/mobile-rows.js';
import type { MobileEnrolment, User } from '../../store/schema.js';
import { Enrolment } from './enrolment.js';
import type { EnrolmentServices } from './enrolment-services.js';
import type { Times } from './enrolment-state.js';

/** A refusal that does not roll its transaction back, because the transaction may have logged an attempt or ended an enrolment. */
export class Refusal {
  constructor(readonly error: CardwrightError) {}
}

/**
 * The work of one call in one transaction. At the end, all changed rows are written together: those of the card management (devices, certificates,
 * log entries) and those of enrolments.
 *
 * Locks are taken in the order that the card management uses: person, operation, device. A caller locks an enrolment's person before it reads the
 * enrolment, so enrolments and their requests need no locks of their own. The device is locked next. Operators end devices without locking the
 * person, so the state of the device is checked after the device was locked.
 */
export class EnrolmentWork {
  readonly #open = new Map<string, Enrolment>();
  readonly records: Records;
  readonly #times: Times;

  constructor(
    private readonly services: EnrolmentServices,
    private readonly transaction: Transaction,
    readonly connection: Database,
    /** Ids of the opened and added enrolments, including unchanged ones. `write` adds them. */
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

  /**
   * Opens an enrolment, and ends it if its time is over or its device is no longer in use. The person and the device are locked until the end of
   * the transaction.
   */
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

  /** Adds an enrolment. The caller has locked its user. */
  add(row: MobileEnrolment, user: User): Enrolment {
    const enrolment = this.#keep(new Enrolment(this.records, this.#times, { enrolment: row, requests: [], user }));
    // Marks the whole row as changed.
    enrolment.change(row);
    return enrolment;
  }

  #keep(enrolment: Enrolment): Enrolment {
    this.#open.set(enrolment.id, enrolment);
    return enrolment;
  }

  /**
   * Runs a part of the work, and writes its changes at once, so that later queries see them: for example, that an ended device leaves room for a new
   * device. The rest of the work must not change the same devices.
   */
  async before<T>(work: (earlier: EnrolmentWork) => Promise<T>): Promise<T> {
    const earlier = new EnrolmentWork(this.services, this.transaction, this.connection, this.changed);
    const result = await work(earlier);
    await earlier.write();
    return result;
  }

  /** Writes the changes. The rows of the card management come first, because enrolments and requests refer to them. */
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
 * Runs work in one transaction, and then wakes the watchers of each enrolment that the work opened or added.
 *
 * @throws the error of a `Refusal` after the commit; any other error after a rollback
 */
export async function inEnrolmentWork<T>(
  services: EnrolmentServices,
  task: (work: EnrolmentWork) => Promise<T | Refusal>,
): Promise<T> {
  const result = await drizzleTransaction(services.database, async (transaction, connection) => {
    const work = new EnrolmentWork(services, transaction, connection);
    const done = await task(work);
    await work.write();
    return { done, changed: work.changed };
  });
  for (const id of result.changed) services.wakeUps.wake(id);
  if (result.done instanceof Refusal) throw result.done.error;
  return result.done;
}
