import { randomUUID } from 'node:crypto';
import { CardwrightError, type ErrorCode } from '@cardwright/protocol';
import type { DeviceSlot } from '../authority/certification-authority.js';
import { noticeOf, type NoticeKind } from '../rules/device-notices.js';
import { DEVICE_STATES, isInUse, mayFollow, type DeviceState } from '../rules/device-state.js';
import { INCIDENTS } from '../rules/incident.js';
import type { ChangeLog } from './change-log.js';
import type { Certificate, Device, Escrow, Passkey, WaitingWork, WorkOutcome } from './rows.js';
import type { DeviceFile } from './store.js';

type DropTime = 'managementKeyDroppedAt' | 'pukDroppedAt';

/** True if a secret of an escrow may be on the card. */
export const mayBeOnCard = (escrow: Pick<Escrow, DropTime>): boolean =>
  escrow.managementKeyDroppedAt === null || escrow.pukDroppedAt === null;

/**
 * A device that this transaction has locked, with its escrows, certificates, passkeys and work that still count. Includes the changes that are not
 * written yet.
 *
 * @example
 * const suspend = (device: DeviceRecord) => device.change({ state: 'suspended', stateReason: 'Lost.' });
 */
export class DeviceRecord {
  #row: Device;
  #escrows: readonly Escrow[];
  #certificates: readonly Certificate[];
  #passkeys: readonly Passkey[];
  #work: readonly WaitingWork[];

  constructor(
    private readonly changes: ChangeLog,
    { device, escrows, certificates, passkeys, work }: DeviceFile,
  ) {
    this.#row = device;
    this.#escrows = escrows;
    this.#certificates = certificates;
    this.#passkeys = passkeys;
    this.#work = work;
  }

  get row(): Device {
    return this.#row;
  }

  /** Escrows of which a secret may be on the card, newest first. */
  get escrows(): readonly Escrow[] {
    return this.#escrows;
  }

  /** Certificates that are good, or on hold with their device, sorted by slot. */
  get certificates(): readonly Certificate[] {
    return this.#certificates.filter(({ pendingRenewal }) => pendingRenewal === null);
  }

  /** Certificates of a renewal, sorted by slot. They are on hold until they are read back from the card (`completeRenewal`). */
  get renewals(): readonly Certificate[] {
    return this.#certificates.filter(({ pendingRenewal }) => pendingRenewal !== null);
  }

  /** Passkeys that are not due for removal, in the order of their registration. */
  get passkeys(): readonly Passkey[] {
    return this.#passkeys;
  }

  /** Work that waits for the device, in the order in which it was asked for. It may have expired. */
  get work(): readonly WaitingWork[] {
    return this.#work;
  }

  change(values: Partial<Device>): void {
    this.#row = { ...this.#row, ...values, updatedAt: this.changes.now };
    this.changes.putDevice(this.#row);
  }

  /** Changes the name that the owner gave the device. The name is no fact on which anyone decides, so `updatedAt` and the version stay. */
  rename(name: string | null): void {
    this.#row = { ...this.#row, name };
    this.changes.putDevice(this.#row);
  }

  /**
   * Changes the state of the device. Its certificates become good, on hold or revoked, as `DEVICE_STATES` says for the new state, and `INCIDENTS`
   * for a device that ends after its owner's report. The approval of the PUK and the one-time code are cleared. If the certificates are revoked for
   * good, the passkeys become due for removal, and work that waits ends, except the work of the operation that makes the change. If the owner must know of the change, a notice becomes due (`noticeOf`).
   *
   * @param reason for the row and the audit log
   * @param words the operator's own words in the reason, for the notice; null if there are none
   * @throws CardwrightError `DEVICE_STATE` if the table of states does not allow the change
   */
  changeState(to: DeviceState, by: string, reason: string | null, words: string | null = null): void {
    const { state: from, activatedAt, issuedAt, incident } = this.#row;
    if (!mayFollow(from, to)) throw new CardwrightError('DEVICE_STATE', { state: from });
    const { now } = this.changes;
    this.change({
      state: to,
      stateReason: reason,
      stateBeforeSuspension: to === 'suspended' ? from : null,
      // An approval of the PUK does not outlast the state in which the operator gave it.
      pukApprovedAt: null,
      pukApprovedBy: null,
      // The one-time code ends too, because the operator who issued it saw the device in its former state.
      unlockCode: null,
      // Operators read what was reported of a device that has ended, too.
      ...(to === 'suspended' || to === 'terminated' ? {} : { incident: null, replacementAskedAt: null }),
      ...(isInUse(to) ? {} : { replaces: null }),
      ...(to === 'pending' ? { issuedAt: now } : {}),
      ...(to === 'active' && activatedAt === null ? { activatedAt: now } : {}),
    });
    const { standing } = DEVICE_STATES[to];
    const isOver = standing === 'cessationOfOperation';
    // A certificate that was not read back, or whose key may be gone, stays on hold, also when the device returns from a suspension.
    const certificates = isOver ? this.#certificates : this.certificates.filter(({ doubtedBy }) => doubtedBy === null);
    this.#setStanding(certificates, isOver && incident !== null ? INCIDENTS[incident].ended : standing);
    if (isOver) this.dropPasskeys();
    const { operationId } = this.changes;
    for (const work of isOver ? this.#work : [])
      if (work.operationId === null || work.operationId !== operationId) this.endWork(work, 'ended', by);
    this.changes.record({
      actor: by,
      event: 'device.state-changed',
      deviceId: this.#row.id,
      detail: { from, to, reason },
    });
    const notice = noticeOf({ from, to, wasIssued: issuedAt !== null });
    if (notice) this.tell(notice, words);
  }

  /**
   * Makes a notice for the owner of the device, which is due at once.
   *
   * @param reason the operator's words; null if there are none
   */
  tell(kind: Exclude<NoticeKind, 'expires'>, reason: string | null): void {
    const { id: deviceId, ownerId } = this.#row;
    const { now } = this.changes;
    this.changes.putNotice({
      id: randomUUID(),
      deviceId,
      ownerId,
      kind,
      reason,
      days: null,
      expiresAt: null,
      createdAt: now,
      attempts: 0,
      dueAt: now,
      outcome: null,
    });
  }

  /** Adds work that waits, or replaces it. */
  putWork(row: WaitingWork): void {
    const isKnown = this.#work.some(({ id }) => id === row.id);
    this.#work = isKnown ? this.#work.map((work) => (work.id === row.id ? row : work)) : [...this.#work, row];
    this.changes.putWork(row);
  }

  /** Ends work that waits, and records that in the audit log. */
  endWork(work: WaitingWork, outcome: WorkOutcome, by: string): void {
    const { id, kind, deviceId, operationId } = work;
    this.putWork({ ...work, outcome, endedAt: this.changes.now });
    this.#work = this.#work.filter((other) => other.id !== id);
    this.changes.record({ actor: by, event: `work.${outcome}`, deviceId, operationId, detail: { work: id, kind } });
  }

  /**
   * Records in `stateReason` of a device in the state `producing` the code of the error that interrupted its issuance, or null when the issuance
   * continues. For an `active` device, records only `APPROVAL_NEEDED`, and clears only this reason. In all other states nothing changes.
   */
  noteInterruption(code: ErrorCode | null): void {
    const { state, stateReason } = this.#row;
    const isWaiting = code === 'APPROVAL_NEEDED' || stateReason === 'APPROVAL_NEEDED';
    const counts = state === 'producing' || (state === 'active' && isWaiting);
    const reason = state === 'active' && code !== 'APPROVAL_NEEDED' ? null : code;
    if (counts && stateReason !== reason) this.change({ stateReason: reason });
  }

  /**
   * Records whether the card is known to have its initial PIN. The CMS knows this after the initial PIN was applied, until the user may have chosen
   * another PIN.
   */
  noteInitialPin(hasInitialPin: boolean): void {
    if (this.#row.hasInitialPin !== hasInitialPin) this.change({ hasInitialPin });
  }

  addEscrow(escrow: Escrow): void {
    this.#escrows = [escrow, ...this.#escrows];
    this.changes.putEscrow(escrow);
  }

  changeEscrow(id: string, values: Partial<Escrow>): void {
    this.#escrows = this.#escrows.map((escrow) => (escrow.id === id ? this.#put({ ...escrow, ...values }) : escrow));
  }

  /**
   * Records the host's report that all secrets of an escrow are on the card. The report proves nothing, so the secrets of older escrows are
   * dropped only when the card proves a newer secret.
   */
  markApplied(id: string): void {
    this.changeEscrow(id, { appliedAt: this.changes.now, pukTries: [] });
  }

  /**
   * Records which management key the card proved to have: the key of this escrow or, if `id` is undefined, the factory key. Drops the management keys
   * of older escrows. Drops both secrets of each newer escrow that holds a management key: the card gets an escrow's management key before its PUK,
   * so neither of the two secrets is on the card. With the factory key, both secrets of every escrow are dropped.
   */
  noteManagementKey(id: string | undefined): void {
    const { now } = this.changes;
    const index = this.#escrows.findIndex((escrow) => escrow.id === id);
    const newer = index === -1 ? this.#escrows : this.#escrows.slice(0, index);
    const older = index === -1 ? [] : this.#escrows.slice(index + 1);
    const unapplied = newer.filter((escrow) => index === -1 || escrow.managementKeyDroppedAt === null);
    for (const escrow of unapplied) this.#drop(escrow, { managementKeyDroppedAt: now, pukDroppedAt: now });
    for (const escrow of older) this.#drop(escrow, { managementKeyDroppedAt: now });
  }

  /** Records that the card accepted an escrow's PUK. The PUKs of older escrows are dropped. */
  notePuk(id: string): void {
    const older = this.#escrows.slice(this.#escrows.findIndex((escrow) => escrow.id === id) + 1);
    for (const escrow of older) this.#drop(escrow, { pukDroppedAt: this.changes.now });
  }

  /**
   * Records that the card accepted an escrow's PUK, and that it still has this PUK. The escrow counts as applied, and the PUKs of all other
   * escrows are dropped.
   */
  settlePuk(id: string): void {
    const { now } = this.changes;
    for (const escrow of this.#escrows) if (escrow.id !== id) this.#drop(escrow, { pukDroppedAt: now });
    const appliedAt = this.#escrows.find((escrow) => escrow.id === id)?.appliedAt ?? now;
    this.changeEscrow(id, { appliedAt, pukTries: [] });
  }

  /** Records that the card was proved to be erased. The secrets of all escrows are dropped, and no key of a renewal is left in slot 95. */
  noteErased(): void {
    const { now } = this.changes;
    for (const escrow of this.#escrows) this.#drop(escrow, { managementKeyDroppedAt: now, pukDroppedAt: now });
    if (this.#row.stagedKey !== null) this.change({ stagedKey: null });
  }

  /** Drops secrets of an escrow: records the time since which they are not on the card. A secret that was dropped before keeps its time. */
  #drop(escrow: Escrow, gone: Partial<Pick<Escrow, DropTime>>): void {
    const managementKeyDroppedAt = escrow.managementKeyDroppedAt ?? gone.managementKeyDroppedAt ?? null;
    const pukDroppedAt = escrow.pukDroppedAt ?? gone.pukDroppedAt ?? null;
    this.changeEscrow(escrow.id, { managementKeyDroppedAt, pukDroppedAt });
    this.#escrows = this.#escrows.filter(mayBeOnCard);
  }

  #put(escrow: Escrow): Escrow {
    this.changes.putEscrow(escrow);
    return escrow;
  }

  addCertificate(certificate: Certificate): void {
    const order = (one: Certificate, other: Certificate) =>
      Number(one.slot > other.slot) - Number(one.slot < other.slot);
    this.#certificates = [...this.#certificates, certificate].sort(order);
    this.changes.putCertificate(certificate);
  }

  addPasskey(passkey: Passkey): void {
    this.#passkeys = [...this.#passkeys, passkey];
    this.changes.putPasskey(passkey);
  }

  /** Records a login with a passkey. */
  notePasskeyUse(id: string, signCount: number): void {
    this.#passkeys = this.#passkeys.map((passkey) => {
      if (passkey.id !== id) return passkey;
      const used = { ...passkey, signCount, lastUsedAt: this.changes.now };
      this.changes.putPasskey(used);
      return used;
    });
  }

  /** Makes the device's passkeys due for removal. `removeDuePasskeys` removes them at their services later. */
  dropPasskeys(): void {
    for (const { id } of this.#passkeys) this.dropPasskey(id, 'portal');
  }

  /** Makes one passkey of the device due for removal, because the person or part named wishes it. Does nothing if the device no longer has it. */
  dropPasskey(id: string, by: string): void {
    const passkey = this.#passkeys.find((one) => one.id === id);
    if (!passkey) return;
    this.#passkeys = this.#passkeys.filter((one) => one !== passkey);
    this.changes.putPasskey({ ...passkey, removalDueAt: this.changes.now });
    this.changes.record({
      actor: by,
      event: 'passkey.removal-due',
      deviceId: this.#row.id,
      detail: { passkeyId: id, service: passkey.service },
    });
  }

  /** Keeps a passkey that its service may accept in a moment, due for removal until `addPasskey` adds it (`Passkey.unconfirmed`). */
  noteUnconfirmed(passkey: Passkey): void {
    this.changes.putPasskey(passkey);
  }

  /** Revokes the certificates of slots whose keys are gone or are about to be replaced, as `superseded`. */
  supersedeCertificates(slots: readonly DeviceSlot[], operationId: string): void {
    this.supersede(
      this.#certificates.filter(({ slot }) => slots.includes(slot)),
      operationId,
    );
  }

  /** Revokes certificates of this device as `superseded` (RFC 5280, 5.3.1), and records each revocation in the audit log. */
  supersede(superseded: readonly Certificate[], operationId: string | null): void {
    this.#setStanding(superseded, 'superseded');
    for (const { slot, serialNumber } of superseded)
      this.changes.record({
        actor: 'portal',
        event: 'certificate.superseded',
        deviceId: this.#row.id,
        operationId,
        detail: { slot, serialNumber },
      });
  }

  /**
   * Revokes the certificates of a slot that the policy no longer has, which were removed from the card. The reason is `cessationOfOperation`
   * (RFC 5280, 5.3.1), because nothing replaces them.
   */
  removeCertificates(slot: DeviceSlot, operationId: string): void {
    const removed = this.certificates.filter((certificate) => certificate.slot === slot);
    this.#setStanding(removed, 'cessationOfOperation');
    for (const { serialNumber } of removed)
      this.changes.record({
        actor: 'portal',
        event: 'certificate.removed',
        deviceId: this.#row.id,
        operationId,
        detail: { slot, serialNumber },
      });
  }

  /** Puts the certificates of a slot on hold, because an operation orders that their key be deleted or overwritten. */
  doubtKey(slot: DeviceSlot, operationId: string): void {
    const held = this.#change(
      this.certificates.filter((one) => one.slot === slot),
      { doubtedBy: operationId },
    );
    this.#setStanding(held, 'certificateHold');
  }

  /** Records that the key of a slot's certificates is still on the card. They get the standing of the device's state again. */
  trustKey(slot: DeviceSlot): void {
    const kept = this.certificates.filter((one) => one.slot === slot && one.doubtedBy !== null);
    this.#setStanding(this.#change(kept, { doubtedBy: null }), DEVICE_STATES[this.#row.state].standing);
  }

  #change(which: readonly Certificate[], values: Partial<Certificate>): readonly Certificate[] {
    const changed = new Map(which.map((certificate) => [certificate.id, { ...certificate, ...values }]));
    for (const certificate of changed.values()) this.changes.putCertificate(certificate);
    this.#certificates = this.#certificates.map((certificate) => changed.get(certificate.id) ?? certificate);
    return [...changed.values()];
  }

  /** Records that a new certificate was read back from the card: it becomes good, and the former certificate of its slot is superseded. */
  completeRenewal(id: string, operationId: string): void {
    const renewed = this.renewals.find((certificate) => certificate.id === id);
    if (!renewed) throw new Error(`the certificate ${id} waits for no renewal`);
    this.supersede(
      this.certificates.filter(({ slot }) => slot === renewed.slot),
      operationId,
    );
    const { standing } = DEVICE_STATES[this.#row.state];
    const read: Certificate = { ...renewed, pendingRenewal: null };
    this.#certificates = this.#certificates.map((certificate) => (certificate.id === id ? read : certificate));
    this.changes.putCertificate(read);
    this.#setStanding([read], standing);
  }

  /**
   * Revokes new certificates that were never read back from the card, and former ones whose key may be gone: those of this operation, which ends, or
   * those of other operations, which have ended. A former one of 9D stays on hold, because its key may still decrypt: the next renewal asks the card
   * for it. Any other certificate stays as it is.
   */
  endRenewals(operationId: string, whose: 'own' | 'others'): void {
    const ended = this.#certificates.filter(({ slot, pendingRenewal, doubtedBy }) => {
      const by = pendingRenewal ?? (slot === '9D' ? null : doubtedBy);
      return by !== null && (by === operationId) === (whose === 'own');
    });
    this.supersede(ended, operationId);
  }

  #setStanding(which: readonly Certificate[], reason: Certificate['revocationReason']): void {
    const revokedAt = reason === null ? null : this.changes.now;
    const changed = new Map(
      which
        .filter(({ revocationReason }) => revocationReason !== reason)
        .map((certificate) => [certificate.id, { ...certificate, revocationReason: reason, revokedAt }]),
    );
    for (const certificate of changed.values()) this.changes.putCertificate(certificate);
    this.#certificates = this.#certificates
      .map((certificate) => changed.get(certificate.id) ?? certificate)
      .filter(({ revocationReason }) => revocationReason === null || revocationReason === 'certificateHold');
  }
}
