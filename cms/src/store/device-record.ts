import { CardwrightError, type ErrorCode } from '@cardwright/protocol';
import type { DeviceSlot } from '../authority/certification-authority.js';
import { DEVICE_STATES, mayFollow, type DeviceState } from '../devices/device-state.js';
import type { ChangeLog } from './change-log.js';
import type { Certificate, Device, Escrow, Passkey } from './rows.js';
import type { DeviceFile } from './store.js';

type DropTime = 'managementKeyDroppedAt' | 'pukDroppedAt';

/** Whether a secret of an escrow may be on the card. */
export const mayBeOnCard = (escrow: Pick<Escrow, DropTime>): boolean =>
  escrow.managementKeyDroppedAt === null || escrow.pukDroppedAt === null;

/** A device that this transaction has locked, with its escrows, certificates and passkeys as this call has changed them so far. */
export class DeviceRecord {
  #row: Device;
  #escrows: readonly Escrow[];
  #certificates: readonly Certificate[];
  #passkeys: readonly Passkey[];

  constructor(
    private readonly changes: ChangeLog,
    { device, escrows, certificates, passkeys }: DeviceFile,
  ) {
    this.#row = device;
    this.#escrows = escrows;
    this.#certificates = certificates;
    this.#passkeys = passkeys;
  }

  get row(): Device {
    return this.#row;
  }

  /** The escrows of which a secret may be on the card, newest first. */
  get escrows(): readonly Escrow[] {
    return this.#escrows;
  }

  /** The certificates that are good or on hold, by slot. */
  get certificates(): readonly Certificate[] {
    return this.#certificates;
  }

  /** The passkeys that are good, in the order in which they were registered. */
  get passkeys(): readonly Passkey[] {
    return this.#passkeys;
  }

  change(values: Partial<Device>): void {
    this.#row = { ...this.#row, ...values, updatedAt: this.changes.now };
    this.changes.putDevice(this.#row);
  }

  /**
   * Brings the device into another state, its certificates into the standing of that state on the CRL, and ends its
   * passkeys where that is for good.
   *
   * @throws CardwrightError `DEVICE_STATE` when the table of states does not allow it
   */
  changeState(to: DeviceState, by: string, reason: string | null): void {
    const { state: from, activatedAt } = this.#row;
    if (!mayFollow(from, to)) throw new CardwrightError('DEVICE_STATE', { state: from });
    const { now } = this.changes;
    this.change({
      state: to,
      stateReason: reason,
      stateBeforeSuspension: to === 'suspended' ? from : null,
      // An approval is for one issuance: the next one needs its own.
      pukApprovedAt: null,
      pukApprovedBy: null,
      // So is a code, and who issued it saw the device as it was.
      unlockCode: null,
      ...(to === 'pending' ? { issuedAt: now } : {}),
      ...(to === 'active' && activatedAt === null ? { activatedAt: now } : {}),
    });
    const { standing } = DEVICE_STATES[to];
    this.#setStanding(this.#certificates, standing);
    // What revokes its certificates for good ends its passkeys too.
    if (standing === 'cessationOfOperation') this.dropPasskeys();
    this.changes.record({
      actor: by,
      event: 'device.state-changed',
      deviceId: this.#row.id,
      detail: { from, to, reason },
    });
  }

  /**
   * Records why the production of the device is paused, by the code of the error; null when it continues. Of an active device only that
   * it waits for an operator counts; in another state it does nothing.
   */
  noteInterruption(code: ErrorCode | null): void {
    const { state, stateReason } = this.#row;
    const isWaiting = code === 'APPROVAL_NEEDED' || stateReason === 'APPROVAL_NEEDED';
    const counts = state === 'producing' || (state === 'active' && isWaiting);
    const reason = state === 'active' && code !== 'APPROVAL_NEEDED' ? null : code;
    if (counts && stateReason !== reason) this.change({ stateReason: reason });
  }

  /**
   * Records whether the card is known to have its initial PIN: it is once that was applied, and it is not while its user may be
   * choosing another one, nor after that.
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

  /** All of an escrow is on the card, says the host. No older secret is dropped for that: the card has to show the newer one. */
  markApplied(id: string): void {
    this.changeEscrow(id, { appliedAt: this.changes.now, pukTries: [] });
  }

  /**
   * The card proved a management key: that of an escrow, or (`undefined`) its factory's. It has no other one. A key is what a card gets
   * first: of a newer escrow that holds one nothing is on the card, and with the factory's key nothing of any.
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

  /** The card took an escrow's PUK: it has none of the older ones. */
  notePuk(id: string): void {
    const older = this.#escrows.slice(this.#escrows.findIndex((escrow) => escrow.id === id) + 1);
    for (const escrow of older) this.#drop(escrow, { pukDroppedAt: this.changes.now });
  }

  /** The card took an escrow's PUK and keeps it: it has that of no other. */
  settlePuk(id: string): void {
    const { now } = this.changes;
    for (const escrow of this.#escrows) if (escrow.id !== id) this.#drop(escrow, { pukDroppedAt: now });
    const appliedAt = this.#escrows.find((escrow) => escrow.id === id)?.appliedAt ?? now;
    this.changeEscrow(id, { appliedAt, pukTries: [] });
  }

  /** The card was erased, and shown to be: it has none of its secrets. */
  noteErased(): void {
    const { now } = this.changes;
    for (const escrow of this.#escrows) this.#drop(escrow, { managementKeyDroppedAt: now, pukDroppedAt: now });
  }

  /** A secret that was dropped before keeps its time. */
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
    this.#certificates = [...this.#certificates, certificate].sort((a, b) => (a.slot < b.slot ? -1 : 1));
    this.changes.putCertificate(certificate);
  }

  addPasskey(passkey: Passkey): void {
    this.#passkeys = [...this.#passkeys, passkey];
    this.changes.putPasskey(passkey);
  }

  /** Someone logged in with a passkey. */
  notePasskeyUse(id: string, signCount: number): void {
    this.#passkeys = this.#passkeys.map((passkey) => {
      if (passkey.id !== id) return passkey;
      const used = { ...passkey, signCount, lastUsedAt: this.changes.now };
      this.changes.putPasskey(used);
      return used;
    });
  }

  /** Its passkeys are good for nothing any more. They are removed at their services once this is kept. */
  dropPasskeys(): void {
    for (const passkey of this.#passkeys) {
      this.changes.putPasskey({ ...passkey, removalDueAt: this.changes.now });
      const { id: passkeyId, service } = passkey;
      this.changes.record({
        actor: 'portal',
        event: 'passkey.removal-due',
        deviceId: this.#row.id,
        detail: { passkeyId, service },
      });
    }
    this.#passkeys = [];
  }

  /** Revokes the certificates of slots whose keys are gone, or are about to be replaced. */
  supersedeCertificates(slots: readonly DeviceSlot[], operationId: string): void {
    this.supersede(
      this.#certificates.filter(({ slot }) => slots.includes(slot)),
      operationId,
    );
  }

  /** Revokes certificates of this device in whose place there are others. */
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
