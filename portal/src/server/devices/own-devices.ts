import { sentenceOf, type Cms, type Language, type PasskeyService } from '@cardwright/cms';
import { isDeletable } from '../mobile/deletion.js';
import type { MobileDevices } from '../mobile/mobile-devices.js';
import type { Database } from '../store/database.js';
import { readOwnDevices } from '../store/device-list.js';
import { listPasskeysOn } from '../store/passkey-rows.js';
import type { User } from '../store/schema.js';
import { describeDevice } from './device-description.js';
import { listOwnerActions } from './owner-actions.js';
import { describePasskey } from './passkey-description.js';

/** What the portal offers to its users. */
interface Offers {
  readonly passkeyServices: readonly PasskeyService[];
  readonly deviceLimit: number;
  /** Null where the portal has no mobile devices. */
  readonly mobile: Pick<MobileDevices, 'offerFor'> | null;
  /** The operations for a device. */
  readonly cms: Pick<Cms, 'offeredFor'>;
}

/** What My Devices shows to a user. */
export type OwnDevicesDescription = Awaited<ReturnType<typeof describeOwnDevices>>;

export async function describeOwnDevices(
  db: Database,
  user: User,
  language: Language,
  { passkeyServices, deviceLimit, mobile, cms }: Offers,
) {
  const { listed, used } = await readOwnDevices(db, user.id);
  const rows = listed.map(({ device }) => device);
  const actions = await listOwnerActions(db, rows);
  const passkeys = await listPasskeysOn(
    db,
    rows.map(({ id }) => id),
  );
  const devices = listed.map((one) => ({
    ...describeDevice(one),
    /** What its owner can do about it, the usual way first. */
    ownerActions: actions.get(one.device.id) ?? [],
    /** Kinds of operations that its owner can have done on it. */
    operations: cms.offeredFor(one.device),
    isDeletable: mobile !== null && isDeletable(one.device),
    /** Those that are good, the oldest first. */
    passkeys: passkeys
      .filter(({ deviceId, removalDueAt }) => deviceId === one.device.id && removalDueAt === null)
      .map((passkey) => describePasskey(passkey, passkeyServices, language)),
  }));
  const reason = used >= deviceLimit ? sentenceOf({ code: 'device-limit', count: deviceLimit }, language) : null;
  return {
    devices,
    /** `reason` says why no device can be added; null while one can. */
    limit: { max: deviceLimit, used, reason },
    /** How this user adds a mobile device; null where that is not permitted. */
    mobile: mobile?.offerFor(user) ?? null,
  };
}
