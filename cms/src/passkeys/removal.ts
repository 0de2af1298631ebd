import { isCardwrightError } from '@cardwright/protocol';
import { inTransaction } from '../store/in-transaction.js';
import type { Person } from '../store/rows.js';
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
  if (!service || !person) return 'refused';
  try {
    await service.remove(person, passkey.serviceId);
  } catch (error) {
    if (isCardwrightError(error, 'PASSKEY_SERVICE_UNAVAILABLE')) return 'unavailable';
    if (isCardwrightError(error, 'PASSKEY_SERVICE_REFUSED')) return 'refused';
    throw error;
  }
  await inTransaction(services, async (records) => {
    await records.openDevice(passkey.deviceId);
    records.putPasskey({ ...passkey, removedAt: records.now });
    const { id: passkeyId, service: name, deviceId, operationId } = passkey;
    records.record({
      actor: 'portal',
      event: 'passkey.removed',
      deviceId,
      operationId,
      detail: { passkeyId, service: name },
    });
  });
  return 'removed';
}
