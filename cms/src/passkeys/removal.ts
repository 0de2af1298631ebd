import { isCardwrightError } from '@cardwright/protocol';
import { inTransaction } from '../store/in-transaction.js';
import type { Records } from '../store/records.js';
import { isInUse } from '../rules/device-state.js';
import type { Passkey, Person } from '../store/rows.js';
import type { PasskeyRemoval, Store } from '../store/store.js';
import type { PasskeyService } from './passkey-service.js';

/** Maximum number of removals in one batch, and of batches in one run: together 2,000 in a run. */
const BATCH = 100;
const MAX_BATCHES = 20;

/** Dependencies of the removal of passkeys. */
export interface RemovalServices {
  readonly store: Store;
  readonly passkeyServices: readonly PasskeyService[];
  readonly now: () => Date;
  readonly findPerson: (id: string) => Promise<Person | undefined>;
}

/**
 * Calls services to remove the passkeys that are due, the longest due first. No transaction is open meanwhile. A passkey that is not removed now
 * stays due. A service that does not answer is not asked again in this run.
 *
 * @param signal ends the run before the next passkey; errors until then are not thrown, because those passkeys stay due for the next run
 * @returns the number of passkeys removed
 * @throws the first error other than `PASSKEY_SERVICE_UNAVAILABLE` and `PASSKEY_SERVICE_REFUSED`, after all other removals were tried
 */
export async function removeDuePasskeys(services: RemovalServices, signal?: AbortSignal): Promise<number> {
  const names = services.passkeyServices.map(({ name }) => name);
  if (names.length === 0) return 0;
  const unavailable = new Set<string>();
  const defects: unknown[] = [];
  let removed = 0;
  let kept = 0;
  for (let batch = 0; batch < MAX_BATCHES; batch += 1) {
    const due = await services.store.transaction((transaction) => transaction.duePasskeyRemovals(names, BATCH, kept));
    for (const removal of due) {
      if (signal?.aborted === true) return removed;
      const { service } = removal.passkey;
      const outcome = unavailable.has(service)
        ? 'unavailable'
        : await remove(services, removal).catch((error: unknown) => {
            defects.push(error);
            return 'refused' as const;
          });
      if (outcome === 'unavailable') unavailable.add(service);
      if (outcome === 'removed') removed += 1;
      else kept += 1;
    }
    if (due.length < BATCH) break;
  }
  if (defects.length > 0) throw defects[0];
  return removed;
}

async function remove(
  services: RemovalServices,
  { passkey, ownerId }: PasskeyRemoval,
): Promise<'removed' | 'refused' | 'unavailable'> {
  const service = services.passkeyServices.find(({ name }) => name === passkey.service);
  const person = await services.findPerson(ownerId);
  if (!service || !person || (await isUnderWay(services, passkey))) return 'refused';
  try {
    const serviceId = await findServiceId(service, person, passkey);
    if (serviceId !== null) await service.remove(person, serviceId);
  } catch (error) {
    if (isCardwrightError(error, 'PASSKEY_SERVICE_UNAVAILABLE')) return 'unavailable';
    if (isCardwrightError(error, 'PASSKEY_SERVICE_REFUSED')) return 'refused';
    throw error;
  }
  await inTransaction(services, async (records) => {
    await records.openDevice(passkey.deviceId);
    const known = await records.transaction.findPasskey(passkey.service, passkey.credentialId);
    // The operation that its owner started may have removed the passkey meanwhile.
    if (known?.passkey.id === passkey.id) noteRemoved(records, passkey, 'portal');
  });
  return 'removed';
}

/**
 * True if the operation that makes an unconfirmed passkey may still confirm it. Once its device is no longer in use, the operation can confirm
 * nothing.
 */
const isUnderWay = async ({ store }: RemovalServices, { unconfirmed, deviceId, operationId, ...passkey }: Passkey) =>
  unconfirmed !== null &&
  store.transaction(async (transaction) => {
    const running = await transaction.runningOn(deviceId);
    const known = await transaction.findPasskey(passkey.service, passkey.credentialId);
    return known !== undefined && isInUse(known.device.state) && running.some(({ id }) => id === operationId);
  });

/**
 * Returns the service's own id of a passkey. A service that may have accepted the passkey of an unconfirmed registration is told once more, because
 * its answer has the id.
 *
 * @returns null if the service says that it has no passkey from the registration
 */
async function findServiceId(
  service: PasskeyService,
  person: Person,
  { serviceId, unconfirmed, name }: Passkey,
): Promise<string | null> {
  if (unconfirmed === null) return serviceId;
  const { options, expires, registration } = unconfirmed;
  try {
    const accepted = await service.finish(person, { options, expires: new Date(expires) }, registration, name);
    return accepted.serviceId;
  } catch (error) {
    if (isCardwrightError(error, 'PASSKEY_REFUSED') || isCardwrightError(error, 'PASSKEY_EXPIRED')) return null;
    throw error;
  }
}

/** Records that a service has removed a passkey. The caller has locked the passkey's device. */
export function noteRemoved(records: Records, passkey: Passkey, actor: string): void {
  records.putPasskey({ ...passkey, removedAt: records.now });
  const { id: passkeyId, service, deviceId, operationId } = passkey;
  const detail = { passkeyId, service };
  records.record({ actor, event: 'passkey.removed', deviceId, operationId, detail });
}
