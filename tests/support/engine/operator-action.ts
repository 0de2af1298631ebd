import { deviceVersion, type ActionName, type Cms, type MemoryStore, type Person } from '@cardwright/cms';

type Contents = ReturnType<MemoryStore['contents']>;

/** A version that no device has. */
export const NO_VERSION = 'x'.repeat(43);

/** The version that an operator's page would show of a device now; `NO_VERSION` where there is none. */
export function shownVersion({ devices, certificates, passkeys }: Contents, id: string): string {
  const row = devices.find((one) => one.id === id);
  if (!row) return NO_VERSION;
  return deviceVersion({
    row,
    certificates: certificates.filter(
      ({ deviceId, revocationReason: reason }) => deviceId === id && (reason === null || reason === 'certificateHold'),
    ),
    passkeys: passkeys.filter(({ deviceId, removalDueAt }) => deviceId === id && removalDueAt === null),
  });
}

/** The body of a request of an operator who sees this version. */
export const requestOf = (seen: string, reason?: string) => ({ seen, ...(reason === undefined ? {} : { reason }) });

/** Has an operator, who has just looked at the device, do something to it. */
export const actOn = (
  { cms, store }: { readonly cms: Pick<Cms, 'perform'>; readonly store: Pick<MemoryStore, 'contents'> },
  operator: Person,
  action: ActionName,
  id: string,
  reason?: string,
) => cms.perform(operator, action, id, requestOf(shownVersion(store.contents(), id), reason));
