import { isInUse } from '../rules/device-state.js';
import { MemoryTable, type Undo } from './memory-table.js';
import type { OperationEvent } from './operation-event.js';
import type {
  AuditRow,
  Certificate,
  Device,
  Escrow,
  Notice,
  Operation,
  Passkey,
  PolicyProposal,
  PolicyRow,
  WaitingWork,
} from './rows.js';
import type { Changes, Spending, Spent, Uses } from './store.js';

/** Period of a quota, in milliseconds. */
const HOUR = 60 * 60 * 1000;

/** The uses of one kind that were counted for a person in the current hour. */
interface SpentHour extends Spent {
  /** Subjects that were counted in this hour, if the uses name subjects. */
  readonly subjects: ReadonlySet<string>;
}

/** All rows of a store in memory. Every method that changes rows notes how to undo the change. */
export class MemoryRows {
  readonly devices = new MemoryTable<Device, 'owner' | 'serial' | 'guid' | 'identity'>({
    owner: ({ ownerId }) => ownerId,
    serial: ({ serial }) => serial,
    guid: ({ guid }) => guid,
    identity: ({ identity }) => identity,
  });
  readonly operations = new MemoryTable<Operation, 'running of person' | 'running on device'>({
    'running of person': ({ status, userId }) => (status === 'running' ? userId : null),
    'running on device': ({ status, deviceId }) => (status === 'running' ? deviceId : null),
  });
  readonly escrows = new MemoryTable<Escrow, 'device'>({ device: ({ deviceId }) => deviceId });
  readonly certificates = new MemoryTable<Certificate, 'device' | 'key' | 'serial number'>({
    device: ({ deviceId }) => deviceId,
    key: ({ keyHash }) => keyHash,
    'serial number': ({ serialNumber }) => serialNumber,
  });
  readonly passkeys = new MemoryTable<Passkey, 'device' | 'ever' | 'credential' | 'due'>({
    device: ({ deviceId, removalDueAt }) => (removalDueAt === null ? deviceId : null),
    ever: ({ deviceId }) => deviceId,
    credential: ({ service, credentialId, removedAt }) => (removedAt === null ? `${service} ${credentialId}` : null),
    due: ({ removalDueAt, removedAt }) => (removalDueAt !== null && removedAt === null ? 'due' : null),
  });
  readonly notices = new MemoryTable<Notice, 'device' | 'due'>({
    device: ({ deviceId }) => deviceId,
    due: ({ dueAt }) => (dueAt === null ? null : 'due'),
  });
  readonly work = new MemoryTable<WaitingWork, 'waiting for device' | 'waiting'>({
    'waiting for device': ({ outcome, deviceId }) => (outcome === null ? deviceId : null),
    waiting: ({ outcome }) => (outcome === null ? 'waiting' : null),
  });
  readonly policies = new Map<string, PolicyRow>();
  /** Keyed by model, so that each model has at most one proposal. */
  readonly proposals = new Map<string, PolicyProposal>();
  readonly audit: AuditRow[] = [];
  readonly events: OperationEvent[] = [];
  readonly #spent = new Map<string, SpentHour>();
  readonly #now: () => number;
  #undo: Undo[] = [];

  /** @param now milliseconds since 1970 */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Keeps the changes made so far, so that `undo` leaves them. */
  keep(): void {
    this.#undo = [];
  }

  /** Undoes the changes made since the last `keep`. */
  undo(): void {
    for (const undo of this.#undo.reverse()) undo();
    this.#undo = [];
  }

  /** True if the device is not in use, or no other device in use has its identity or GUID. */
  isFree({ id, identity, guid, state }: Device): boolean {
    if (!isInUse(state)) return true;
    const same = [
      ...this.devices.where('guid', guid),
      ...(identity === null ? [] : this.devices.where('identity', identity)),
    ];
    return !same.some((other) => other.id !== id && isInUse(other.state));
  }

  insertDevice(device: Device): void {
    this.#undo.push(this.devices.put(device));
  }

  insertNotice(notice: Notice): void {
    this.#undo.push(this.notices.put(notice));
  }

  /** True if no other notice of the same device has the same `days` and `expiresAt`. */
  isNewNotice({ id, deviceId, days, expiresAt }: Notice): boolean {
    if (days === null) return true;
    return !this.notices
      .where('device', deviceId)
      .some((other) => other.id !== id && other.days === days && other.expiresAt?.getTime() === expiresAt?.getTime());
  }

  /**
   * Writes rows together.
   *
   * @throws Error if the rows break a rule of `Transaction.write`. The rows are written before they are checked, so the caller must undo the
   * transaction.
   */
  write({ operations, devices, escrows, certificates, passkeys, notices, work, audit, events }: Changes): void {
    for (const row of operations) this.#undo.push(this.operations.put(row));
    for (const row of devices) this.#undo.push(this.devices.put(row));
    for (const row of escrows) this.#undo.push(this.escrows.put(row));
    for (const row of certificates) this.#undo.push(this.certificates.put(row));
    for (const row of passkeys) this.#undo.push(this.passkeys.put(row));
    for (const row of notices) this.#undo.push(this.notices.put(row));
    for (const row of work) this.#undo.push(this.work.put(row));
    this.#append(this.audit, audit);
    this.#append(this.events, events);
    for (const { deviceId } of [...operations, ...escrows, ...certificates, ...passkeys, ...notices, ...work])
      if (deviceId !== null && !this.devices.get(deviceId)) throw new Error(`there is no device ${deviceId}`);
    for (const row of operations) if (this.#isInTheWay(row)) throw new Error('another operation runs on this card');
    for (const row of devices) if (!this.isFree(row)) throw new Error('another device in use is the same card');
    for (const { serialNumber } of certificates)
      if (this.certificates.where('serial number', serialNumber).length > 1)
        throw new Error(`there are two certificates with the serial number ${serialNumber}`);
    for (const { service, credentialId } of passkeys)
      if (this.passkeys.where('credential', `${service} ${credentialId}`).length > 1)
        throw new Error(`there are two passkeys with one credential id at ${service}`);
    for (const row of notices) if (!this.isNewNotice(row)) throw new Error('there are two notices of one expiry');
    for (const { deviceId, kind } of work)
      if (this.work.where('waiting for device', deviceId).filter((other) => other.kind === kind).length > 1)
        throw new Error(`two works of the kind ${kind} wait for one device`);
  }

  putPolicy(row: PolicyRow): void {
    this.#set(this.policies, row.model, row);
  }

  putProposal(row: PolicyProposal): void {
    this.#set(this.proposals, row.model, row);
  }

  /** Removes the proposal with this id. Returns false if there is no such proposal. */
  removeProposal(id: string): boolean {
    const found = [...this.proposals.values()].find((proposal) => proposal.id === id);
    if (found) this.#set(this.proposals, found.model, undefined);
    return found !== undefined;
  }

  spend(personId: string, what: Spending, uses: Uses = 1): Spent {
    const key = `${what} ${personId}`;
    const before = this.#spent.get(key);
    const isUnderWay = before !== undefined && before.windowEndsAt.getTime() > this.#now();
    const hour: SpentHour = isUnderWay
      ? before
      : { spent: 0, subjects: new Set(), windowEndsAt: new Date(this.#now() + HOUR) };
    const { windowEndsAt } = hour;
    const subjects = typeof uses === 'number' ? hour.subjects : new Set([...hour.subjects, ...uses]);
    const spent = typeof uses === 'number' ? hour.spent + uses : subjects.size;
    this.#set(this.#spent, key, { spent, subjects, windowEndsAt });
    return { spent, windowEndsAt };
  }

  /** Sets the value under a key, or removes it (`undefined`), and notes how to undo that. */
  #set<Value>(rows: Map<string, Value>, key: string, value: Value | undefined): void {
    const before = rows.get(key);
    const put = (one: Value | undefined): unknown => (one === undefined ? rows.delete(key) : rows.set(key, one));
    put(value);
    this.#undo.push(() => put(before));
  }

  #append<Row>(log: Row[], rows: readonly Row[]): void {
    const before = log.length;
    log.push(...rows);
    this.#undo.push(() => (log.length = before));
  }

  #isInTheWay({ id, status, deviceId, userId, cardHint }: Operation): boolean {
    if (status !== 'running') return false;
    const others = [
      ...(deviceId === null ? [] : this.operations.where('running on device', deviceId)),
      ...(cardHint === null
        ? []
        : this.operations.where('running of person', userId).filter((other) => other.cardHint === cardHint)),
    ];
    return others.some((other) => other.id !== id);
  }
}
