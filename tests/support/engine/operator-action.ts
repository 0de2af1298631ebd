import type { Cms, MemoryStore } from '@cardwright/cms';
import { deviceVersion, type ActionName } from '@cardwright/cms/devices';
import type { Person } from '@cardwright/cms/store';

type Contents = ReturnType<MemoryStore['contents']>;

/** A version that no device has. */
export const NO_VERSION = 'x'.repeat(43);

/** Returns the device version that an operator's page shows now; `NO_VERSION` if there is no device. */
export function shownVersion({ devices, certificates, passkeys, work }: Contents, id: string): string {
  const row = devices.find((one) => one.id === id);
  if (!row) return NO_VERSION;
  return deviceVersion({
    row,
    certificates: certificates.filter(
      ({ deviceId, revocationReason: reason, pendingRenewal }) =>
        deviceId === id && pendingRenewal === null && (reason === null || reason === 'certificateHold'),
    ),
    passkeys: passkeys.filter(({ deviceId, removalDueAt }) => deviceId === id && removalDueAt === null),
    work: work.filter(({ deviceId, outcome }) => deviceId === id && outcome === null),
  });
}

/** Builds the request body of an operator who sees this version. */
export const requestOf = (seen: string, reason?: string) => ({ seen, ...(reason === undefined ? {} : { reason }) });

/** Performs an action as an operator who has just seen the device. */
export const actOn = (
  { cms, store }: { readonly cms: Pick<Cms, 'perform'>; readonly store: Pick<MemoryStore, 'contents'> },
  operator: Person,
  action: ActionName,
  id: string,
  reason?: string,
) => cms.perform(operator, action, id, requestOf(shownVersion(store.contents(), id), reason));
