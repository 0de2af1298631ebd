import { isIdentifiedBySerial, type DeviceIdentity } from '../attestation/identity.js';
import type { DeviceSlot } from '../authority/certification-authority.js';
import { COUNTING_STATES, SECURITY_KEY } from '../rules/device-state.js';
import { mayBeOnCard } from './device-record.js';
import { findExpiring } from './memory-expiry.js';
import type { MemoryRows } from './memory-rows.js';
import type {
  Certificate,
  Device,
  Notice,
  Operation,
  Passkey,
  PolicyProposal,
  PolicyRow,
  WaitingWork,
} from './rows.js';
import type {
  CardAppearance,
  Changes,
  DeviceFile,
  ExpiringDevice,
  ExpiryQuery,
  KnownCard,
  KnownPasskey,
  PasskeyRemoval,
  Spending,
  Spent,
  Survey,
  Transaction,
  Uses,
} from './store.js';

/** A transaction of the store in memory. It needs no locks, since no other transaction runs at the same time. */
export class MemoryTransaction implements Transaction {
  #rows: MemoryRows | undefined;
  #refusal: { readonly error: unknown } | undefined;

  constructor(rows: MemoryRows) {
    this.#rows = rows;
  }

  /** Refuses every later call. A caller that calls after the end has forgotten to await a call. */
  end(): void {
    this.#rows = undefined;
  }

  /** Throws the error of the first call that failed, even if the work caught that error, so that the whole transaction is rolled back. */
  requireWhole(): void {
    if (this.#refusal) throw this.#refusal.error;
  }

  lockPerson(): Promise<void> {
    return this.#do(() => undefined);
  }

  survey(personId: string, cards: readonly CardAppearance[]): Promise<Survey> {
    return this.#do((rows) => ({
      cards: cards.map((card) => surveyCard(rows, personId, card)),
      devices: countDevices(rows, personId),
    }));
  }

  openOperation(personId: string, id: string): Promise<Operation | undefined> {
    return this.#do(({ operations }) => {
      const operation = operations.get(id);
      return operation?.userId === personId ? operation : undefined;
    });
  }

  runningOn(deviceId: string): Promise<readonly Operation[]> {
    return this.#do(({ operations }) => newestFirst(operations.where('running on device', deviceId)));
  }

  openDevice(id: string): Promise<DeviceFile | undefined> {
    return this.#do(({ devices, escrows, certificates, passkeys, work }) => {
      const device = devices.get(id);
      return (
        device && {
          device,
          escrows: escrows.where('device', id).filter(mayBeOnCard).reverse(),
          certificates: certificates
            .where('device', id)
            .filter(isNotFinal)
            .sort((a, b) => compare(a.slot, b.slot)),
          passkeys: oldestFirst(passkeys.where('device', id), ({ createdAt }) => createdAt),
          work: oldestFirst(work.where('waiting for device', id), ({ askedAt }) => askedAt),
        }
      );
    });
  }

  ownerOf(deviceId: string): Promise<string | undefined> {
    return this.#do(({ devices }) => devices.get(deviceId)?.ownerId);
  }

  findByIdentity({ key, serial }: DeviceIdentity): Promise<readonly Device[]> {
    return this.#do(({ devices }) => {
      const older = serial === null ? [] : devices.where('serial', serial);
      return newestFirst([
        ...devices.where('identity', key),
        ...older.filter((device) => device.identity === null && isSerialSigned(device)),
      ]);
    });
  }

  countDevices(personId: string): Promise<number> {
    return this.#do((rows) => countDevices(rows, personId));
  }

  listReplacements(personId: string): Promise<readonly Device[]> {
    return this.#do(({ devices }) => {
      const counting = devices.where('owner', personId).filter(({ state }) => COUNTING_STATES.includes(state));
      const related = counting.filter(
        ({ replacementAskedAt, replaces }) => replacementAskedAt !== null || replaces !== null,
      );
      return oldestFirst(related, ({ createdAt }) => createdAt);
    });
  }

  insertDevice(device: Device): Promise<boolean> {
    return this.#do((rows) => {
      const isFree = !rows.devices.get(device.id) && rows.isFree(device);
      if (isFree) rows.insertDevice(device);
      return isFree;
    });
  }

  certifiedElsewhere(keyHashes: readonly string[], deviceId: string): Promise<readonly string[]> {
    return this.#do(({ certificates }) =>
      keyHashes.filter((keyHash) =>
        certificates.where('key', keyHash).some((certificate) => certificate.deviceId !== deviceId),
      ),
    );
  }

  latestCertificate(deviceId: string, slot: DeviceSlot): Promise<Certificate | undefined> {
    return this.#do(
      ({ certificates }) =>
        newestFirst(certificates.where('device', deviceId).filter((certificate) => certificate.slot === slot))[0],
    );
  }

  hadPasskeys(deviceId: string): Promise<boolean> {
    return this.#do(({ passkeys }) => passkeys.where('ever', deviceId).length > 0);
  }

  findPasskey(service: string, credentialId: string): Promise<KnownPasskey | undefined> {
    return this.#do(({ passkeys, devices }) => {
      const [passkey] = passkeys.where('credential', `${service} ${credentialId}`);
      const device = passkey && devices.get(passkey.deviceId);
      return device && { passkey, device };
    });
  }

  listPasskeys(personId: string, service: string): Promise<readonly Passkey[]> {
    return this.#do(({ passkeys, devices }) =>
      oldestFirst(
        devices
          .where('owner', personId)
          .flatMap(({ id }) => passkeys.where('device', id))
          .filter((passkey) => passkey.service === service),
        ({ createdAt }) => createdAt,
      ),
    );
  }

  duePasskeyRemovals(services: readonly string[], limit: number, offset = 0): Promise<readonly PasskeyRemoval[]> {
    return this.#do(({ passkeys, devices }) =>
      oldestFirst(passkeys.where('due', 'due'), ({ removalDueAt }) => removalDueAt)
        .filter(({ service }) => services.includes(service))
        .slice(offset, offset + limit)
        .flatMap((passkey) => {
          const device = devices.get(passkey.deviceId);
          return device ? [{ passkey, ownerId: device.ownerId }] : [];
        }),
    );
  }

  expiringDevices(query: ExpiryQuery, limit: number): Promise<readonly ExpiringDevice[]> {
    return this.#do((rows) => findExpiring(rows, query).slice(0, limit));
  }

  insertNotice(notice: Notice): Promise<boolean> {
    return this.#do((rows) => {
      const isNew = rows.isNewNotice(notice);
      if (isNew) rows.insertNotice(notice);
      return isNew;
    });
  }

  dueNotices(now: Date, limit: number): Promise<readonly Notice[]> {
    return this.#do(({ notices }) =>
      oldestFirst(
        notices.where('due', 'due').filter(({ dueAt }) => dueAt !== null && dueAt <= now),
        ({ dueAt }) => dueAt,
      ).slice(0, limit),
    );
  }

  openNotice(id: string): Promise<Notice | undefined> {
    return this.#do(({ notices }) => notices.get(id));
  }

  expiredWork(now: Date, limit: number): Promise<readonly WaitingWork[]> {
    return this.#do(({ work }) =>
      oldestFirst(
        work.where('waiting', 'waiting').filter(({ expiresAt }) => expiresAt <= now),
        ({ expiresAt }) => expiresAt,
      ).slice(0, limit),
    );
  }

  findPolicy(model: string): Promise<PolicyRow | undefined> {
    return this.#do(({ policies }) => policies.get(model));
  }

  lockPolicy(model: string): Promise<PolicyRow | undefined> {
    return this.findPolicy(model);
  }

  listPolicies(): Promise<readonly PolicyRow[]> {
    return this.#do(({ policies }) => [...policies.values()].sort((a, b) => compare(a.model, b.model)));
  }

  putPolicy(row: PolicyRow, mode: 'replace' | 'add'): Promise<void> {
    return this.#do((rows) => {
      if (mode === 'replace' || !rows.policies.has(row.model)) rows.putPolicy(row);
    });
  }

  findProposal(id: string): Promise<PolicyProposal | undefined> {
    return this.#do(({ proposals }) => [...proposals.values()].find((proposal) => proposal.id === id));
  }

  listProposals(): Promise<readonly PolicyProposal[]> {
    return this.#do(({ proposals }) => [...proposals.values()].sort((a, b) => compare(a.model, b.model)));
  }

  putProposal(row: PolicyProposal): Promise<void> {
    return this.#do((rows) => rows.putProposal(row));
  }

  removeProposal(id: string): Promise<boolean> {
    return this.#do((rows) => rows.removeProposal(id));
  }

  spend(personId: string, what: Spending, uses?: Uses): Promise<Spent> {
    return this.#do((rows) => rows.spend(personId, what, uses));
  }

  write(changes: Changes): Promise<void> {
    return this.#do((rows) => rows.write(changes));
  }

  /**
   * Runs work immediately. Rejects without running the work if the transaction is over, or if an earlier call failed. An error that the work throws
   * becomes a rejection.
   */
  #do<T>(work: (rows: MemoryRows) => T): Promise<T> {
    return new Promise((resolve) => {
      if (!this.#rows) throw new Error('the transaction is over');
      this.requireWhole();
      try {
        resolve(work(this.#rows));
      } catch (error) {
        this.#refusal ??= { error };
        throw error;
      }
    });
  }
}

function surveyCard(rows: MemoryRows, personId: string, card: CardAppearance): KnownCard {
  const latest = findLatest(rows, personId, card);
  const running = rows.operations
    .where('running of person', personId)
    .filter(
      ({ deviceId, guid, cardHint }) => deviceId === latest?.id || guid === card.guid || cardHint === card.cardHint,
    );
  const escrows = latest ? rows.escrows.where('device', latest.id) : [];
  const certificates = latest ? rows.certificates.where('device', latest.id) : [];
  return {
    latest,
    hasEscrows: escrows.some(mayBeOnCard),
    certificates: certificates
      .filter((certificate) => isNotFinal(certificate) && certificate.pendingRenewal === null)
      .map(({ slot, algorithm }) => ({ slot, algorithm }))
      .sort((a, b) => compare(a.slot, b.slot)),
    running: newestFirst(running),
    policy: rows.policies.get(card.model),
  };
}

function findLatest(
  { devices }: MemoryRows,
  personId: string,
  { model, serial, guid }: CardAppearance,
): Device | undefined {
  if (serial === null) return guid === null ? undefined : newestFirst(devices.where('guid', guid))[0];
  const believed = devices
    .where('serial', serial)
    .filter((device) => device.model === model)
    .filter((device) => isSerialSigned(device) || device.ownerId === personId);
  return newestFirst(believed)[0];
}

const countDevices = ({ devices }: MemoryRows, personId: string): number =>
  devices.where('owner', personId).filter(({ state }) => COUNTING_STATES.includes(state)).length;

/**
 * True if the vendor signed a device's serial number: the identity names that number or, in a row from before identities existed, the device is
 * attested and is no security key. Attestations of some firmware name no serial number, and passkeys attest only the model of a security key, so
 * anyone could have claimed the number.
 */
const isSerialSigned = ({ identity, serial, proof, model }: Device): boolean =>
  identity === null
    ? proof === 'attested' && model !== SECURITY_KEY
    : serial !== null && isIdentifiedBySerial(identity, serial);

/** True if a certificate is good or on hold. A certificate on hold can become good again; every other revocation is permanent (RFC 5280, 5.3.1). */
const isNotFinal = ({ revocationReason }: Certificate): boolean =>
  revocationReason === null || revocationReason === 'certificateHold';

/** Sorts rows by creation, the newest first. Of rows with the same time, the one added last comes first. */
const newestFirst = <Row extends { readonly createdAt: Date }>(rows: readonly Row[]): Row[] =>
  [...rows].reverse().sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());

const oldestFirst = <Row>(rows: readonly Row[], at: (row: Row) => Date | null): Row[] =>
  [...rows].sort((a, b) => (at(a)?.getTime() ?? 0) - (at(b)?.getTime() ?? 0));

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
