import type { Cms } from '@cardwright/cms';
import { BEING_ERASED, kindsOfWork, operatorsWords, placesFor, reportActions } from '@cardwright/cms/devices';
import { sentenceOf, type Holdings } from '@cardwright/cms/operations';
import type { PasskeyService } from '@cardwright/cms/passkeys';
import { readDevicePolicy } from '@cardwright/cms/policies';
import type { Device, PolicyRow } from '@cardwright/cms/store';
import { isDeletable } from '../mobile/deletion.js';
import type { MobileDevices } from '../mobile/mobile-devices.js';
import type { Database } from '../store/database.js';
import { readOwnDevices, type ListedDevice } from '../store/device-list.js';
import { listPasskeysOn } from '../store/passkey-rows.js';
import type { User } from '../store/schema.js';
import { describeDevice, goodUntil } from './device-description.js';
import { listOwnerActions } from './owner-actions.js';
import { describePasskey } from './passkey-description.js';

/** Parts of the portal that decide what is offered to a user on My Devices. */
interface Offers {
  readonly passkeyServices: readonly PasskeyService[];
  readonly deviceLimit: number;
  /** The service for mobile devices; null if the portal does not support mobile devices. */
  readonly mobile: Pick<MobileDevices, 'offerFor'> | null;
  /** The card management, which decides which operations are offered. */
  readonly cms: Pick<Cms, 'offers' | 'offeredFor'>;
}

/** The content of My Devices. */
export type OwnDevicesDescription = Awaited<ReturnType<typeof describeOwnDevices>>;

export async function describeOwnDevices(
  db: Database,
  user: User,
  language: string,
  { passkeyServices, deviceLimit, mobile, cms }: Offers,
) {
  const { listed, policies, terminated, used } = await readOwnDevices(db, user.id);
  const rows = listed.map(({ device }) => device);
  const actions = await listOwnerActions(db, rows);
  const passkeys = await listPasskeysOn(
    db,
    rows.map(({ id }) => id),
  );
  const devices = listed.map((one) => ({
    ...describeOwn(one),
    /** Actions that the owner can take on this device, the usual one first. */
    ownerActions: actions.get(one.device.id) ?? [],
    /** Kinds of operations that the owner can start on this device. The member `operations` of the whole description describes them. */
    operations: cms.offeredFor(one.device, holdingsOf(one, policies)),
    /** What the owner can report about this device now, and do about a report. */
    reportActions: reportActions(one.device),
    isDeletable: mobile !== null && isDeletable(one.device),
    /** Passkeys that are not due for removal, oldest first. */
    passkeys: passkeys
      .filter(({ deviceId, removalDueAt }) => deviceId === one.device.id && removalDueAt === null)
      .map((passkey) => describePasskey(passkey, passkeyServices, language)),
  }));
  const isFull = used >= placesFor(used, deviceLimit, rows);
  const reason = isFull ? sentenceOf({ code: 'device-limit', count: deviceLimit }, language) : null;
  return {
    /** Operations that the user can be offered on a device, in the order of their buttons. */
    operations: cms.offers(language),
    devices,
    /**
     * The user's devices that were terminated or given back, the last changed first. Left out are devices that the user uses again, and mobile
     * devices that were never active.
     */
    terminated: terminated.map((device) => ({ ...describeTerminated(device), operations: cms.offeredFor(device) })),
    /** `reason` explains why no device can be added; null while a device can be added. */
    limit: { max: deviceLimit, used, reason },
    /** How the user can add a mobile device; null if the user cannot add one. */
    mobile: mobile?.offerFor(user) ?? null,
  };
}

/** Returns what a device has, by which the operations are offered for it. */
function holdingsOf({ device, certificates, valid, work }: ListedDevice, policies: readonly PolicyRow[]): Holdings {
  const row = policies.find(({ model }) => model === device.model);
  return {
    certificates: certificates.filter(
      ({ revocationReason }) => revocationReason === null || revocationReason === 'certificateHold',
    ),
    passkeys: valid.passkeys,
    policy: row && readDevicePolicy(row),
    asked: kindsOfWork(work, new Date()),
  };
}

function describeOwn(one: ListedDevice) {
  const description = describeDevice(one);
  return {
    ...description,
    goodUntil: goodUntil(description.certificates),
    /** Time and reason of the suspension; null while the device is not suspended. */
    suspended: one.device.state === 'suspended' ? lastChange(one.device) : null,
    /**
     * Time at which an operator issued a one-time code for a new PIN; null if no code was issued in the last 24 hours. The owner sees this time,
     * because they may not have asked for a code.
     */
    codeIssuedAt: recent(one.device.unlockCodeIssuedAt)?.toISOString() ?? null,
  };
}

const DAY = 24 * 60 * 60 * 1000;

const recent = (at: Date | null): Date | null => (at !== null && Date.now() - at.getTime() < DAY ? at : null);

const describeTerminated = (device: Device) => ({
  id: device.id,
  model: device.model,
  modelName: device.modelName,
  name: device.name,
  serial: device.serial,
  guid: device.guid,
  end: endOf(device),
  incident: device.incident,
  ...lastChange(device),
});

/** Returns how the device ended. `being-erased` means that the erasure of the device is not finished yet, and that the owner can continue it. */
function endOf({ state, stateReason }: Device): 'terminated' | 'being-erased' | 'given-back' {
  if (state === 'available') return 'given-back';
  return stateReason === BEING_ERASED ? 'being-erased' : 'terminated';
}

/**
 * Returns the time of a device's last change, and the reason for its state. For a device that is suspended, terminated or given back, the last
 * change is usually the one that put it into that state.
 */
const lastChange = (device: Device) => ({
  at: device.updatedAt.toISOString(),
  /** The operator's words; null if the operator gave none. */
  reason: operatorsWords(device),
});
