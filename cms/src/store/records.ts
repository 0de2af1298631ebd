import { mayFollow } from '../rules/device-state.js';
import type { AuditEntry, ChangeLog } from './change-log.js';
import { DeviceRecord } from './device-record.js';
import type { OperationEvent } from './operation-event.js';
import type {
  AuditRow,
  Certificate,
  Device,
  Escrow,
  Notice,
  Operation,
  Passkey,
  PolicyRow,
  WaitingWork,
} from './rows.js';
import type { Transaction } from './store.js';

/**
 * The rows that one call to the CMS reads and changes in its transaction. Each device or policy is read from the store only the first time. Policies,
 * proposals and new devices (`addDevice`) are written immediately. All other changes are kept in memory until `write` writes them together at the
 * end.
 *
 * @example
 * await inTransaction({ store, now: () => new Date() }, async (records: Records) => {
 *   console.log(await records.findPolicy('yubikey'));
 * });
 */
export class Records implements ChangeLog {
  readonly #operations = new Map<string, Operation>();
  readonly #devices = new Map<string, Device>();
  readonly #escrows = new Map<string, Escrow>();
  readonly #certificates = new Map<string, Certificate>();
  readonly #passkeys = new Map<string, Passkey>();
  readonly #notices = new Map<string, Notice>();
  readonly #work = new Map<string, WaitingWork>();
  readonly #audit: AuditRow[] = [];
  readonly #events: OperationEvent[] = [];
  #operationId: string | null = null;
  readonly #open = new Map<string, DeviceRecord>();
  readonly #policies = new Map<string, Promise<PolicyRow | undefined>>();

  constructor(
    readonly transaction: Transaction,
    readonly now: Date,
  ) {}

  get operationId(): string | null {
    return this.#operationId;
  }

  /**
   * Returns a device with its escrows, certificates, passkeys and work that still count (`DeviceFile`). Returns undefined if the device does not exist. The
   * device stays locked until the transaction ends.
   */
  async openDevice(id: string): Promise<DeviceRecord | undefined> {
    const open = this.#open.get(id);
    if (open) return open;
    const file = await this.transaction.openDevice(id);
    return file && this.#keep(new DeviceRecord(this, file));
  }

  /**
   * Adds a device immediately. Returns undefined if the store refuses the device, because a device that is already stored has the same id, identity
   * or GUID (`Transaction.insertDevice`).
   */
  async addDevice(device: Device): Promise<DeviceRecord | undefined> {
    if (!(await this.transaction.insertDevice(device))) return undefined;
    return this.#keep(new DeviceRecord(this, { device, escrows: [], certificates: [], passkeys: [], work: [] }));
  }

  #keep(record: DeviceRecord): DeviceRecord {
    this.#open.set(record.row.id, record);
    return record;
  }

  /** Returns the policy of a model, with its sealed factory secrets. Returns undefined if the model has no policy. */
  findPolicy(model: string): Promise<PolicyRow | undefined> {
    const known = this.#policies.get(model) ?? this.transaction.findPolicy(model);
    this.#policies.set(model, known);
    return known;
  }

  putOperation(row: Operation): Operation {
    const current = { ...row, updatedAt: this.now };
    this.#operations.set(row.id, current);
    return current;
  }

  putDevice(row: Device): void {
    this.#devices.set(row.id, row);
  }

  putEscrow(row: Escrow): void {
    this.#escrows.set(row.id, row);
  }

  putCertificate(row: Certificate): void {
    this.#certificates.set(row.id, row);
  }

  putPasskey(row: Passkey): void {
    this.#passkeys.set(row.id, row);
  }

  putNotice(row: Notice): void {
    this.#notices.set(row.id, row);
  }

  putWork(row: WaitingWork): void {
    this.#work.set(row.id, row);
  }

  /** Sets the operation of this call. Audit entries that are recorded later without an `operationId` belong to this operation. */
  workOn(operationId: string): void {
    this.#operationId = operationId;
  }

  record(entry: AuditEntry): void {
    const { actor, event, outcome = 'ok', deviceId = null, operationId = this.#operationId, detail = {} } = entry;
    this.#audit.push({ actor, event, outcome, deviceId, operationId, detail, at: this.now });
  }

  /** Appends an event to the timeline of its operation. */
  recordEvent(event: OperationEvent): void {
    this.#events.push(event);
  }

  /**
   * Ends the device that an active device replaces. The older device is always locked after the newer one, so that two requests never wait for each
   * other.
   */
  async #endReplaced(newer: DeviceRecord): Promise<void> {
    const { id, ownerId, state, replaces } = newer.row;
    if (state !== 'active' || replaces === null) return;
    newer.change({ replaces: null });
    const older = await this.openDevice(replaces);
    if (older?.row.ownerId !== ownerId || !mayFollow(older.row.state, 'terminated')) return;
    older.changeState('terminated', 'portal', 'replaced');
    this.record({ actor: 'portal', event: 'device.replaced', deviceId: replaces, detail: { by: id } });
  }

  /**
   * Writes all changes that were kept in memory. Must be called once, at the end of the transaction. A device that replaces another one and is
   * active by now ends it first, however it became active.
   */
  async write(): Promise<void> {
    for (const device of [...this.#open.values()]) await this.#endReplaced(device);
    await this.transaction.write({
      operations: [...this.#operations.values()],
      devices: [...this.#devices.values()],
      escrows: [...this.#escrows.values()],
      certificates: [...this.#certificates.values()],
      passkeys: [...this.#passkeys.values()],
      notices: [...this.#notices.values()],
      work: [...this.#work.values()],
      audit: this.#audit,
      events: this.#events,
    });
  }
}
