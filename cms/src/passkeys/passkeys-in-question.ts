import type { DeviceInfo } from '@cardwright/protocol/devices';
import { withDeadline } from '../deadline.js';
import { readDevicePolicy, type DevicePolicy } from '../rules/device-policy.js';
import type { Person } from '../store/rows.js';
import type { Store } from '../store/store.js';
import type { ReasonCode } from '../words/reasons.js';
import type { PasskeyObstacle, PasskeyService } from './passkey-service.js';
import { chooseWay, originOf } from './way.js';

/** Facts about the passkeys that devices may have to get. */
export interface PasskeysInQuestion {
  /** The CMS's own origin. */
  readonly origin: string;
  readonly services: readonly PasskeyService[];
  /** Returns the reason that a service forbids a passkey on a device; null if the service allows it, has failed, or did not answer in time. */
  readonly obstacleAt: (service: PasskeyService, device: DeviceInfo) => PasskeyObstacle | null;
}

/** Milliseconds that a service may take to answer. A page that lists devices waits no longer for a service. */
const LIMIT = 2_000;

/**
 * Asks the services, before any transaction, why this person cannot have passkeys on these devices. A reason that is not known in time is found
 * when a registration begins.
 */
export async function askServices(
  {
    store,
    origin,
    passkeyServices: services,
  }: { readonly store: Store; readonly origin: string; readonly passkeyServices: readonly PasskeyService[] },
  person: Person,
  devices: readonly DeviceInfo[],
): Promise<PasskeysInQuestion> {
  const obstacles = new Map<string, Promise<PasskeyObstacle | null>>();
  if (services.length > 0)
    for (const [device, policy] of await policiesOf(store, devices))
      for (const service of services.filter(({ name }) => policy.passkeys?.services.includes(name))) {
        const key = keyOf(service, device);
        obstacles.set(key, obstacles.get(key) ?? ask(service, person, device));
      }
  const known = new Map<string, PasskeyObstacle | null>();
  for (const [key, obstacle] of obstacles) known.set(key, await obstacle);
  return { origin, services, obstacleAt: (service, device) => known.get(keyOf(service, device)) ?? null };
}

/** Lists the devices that can be read and whose model has a policy, each with that policy. */
async function policiesOf(store: Store, devices: readonly DeviceInfo[]): Promise<[DeviceInfo, DevicePolicy][]> {
  const readable = devices.filter(({ state }) => state === 'ready');
  if (readable.length === 0) return [];
  const rows = await store.transaction((transaction) => transaction.listPolicies());
  return readable.flatMap((device): [DeviceInfo, DevicePolicy][] => {
    const row = rows.find(({ model }) => model === device.model);
    return row ? [[device, readDevicePolicy(row)]] : [];
  });
}

const ask = (service: PasskeyService, person: Person, { fido2 }: DeviceInfo): Promise<PasskeyObstacle | null> =>
  withDeadline(
    LIMIT,
    () => service.findObstacle(person, fido2 && { aaguid: fido2.aaguid }),
    () => new Error('late'),
  ).catch(() => null);

const keyOf = ({ name }: PasskeyService, { fido2 }: DeviceInfo): string => `${name} ${fido2?.aaguid ?? ''}`;

/** Returns the reason that a device cannot get the passkeys that the policy wants; null if no reason is known. */
export function findPasskeyObstacle(
  info: DeviceInfo,
  { passkeys }: Pick<DevicePolicy, 'passkeys'>,
  { origin: cms, services, obstacleAt }: PasskeysInQuestion,
): ReasonCode | null {
  if (!passkeys) return null;
  for (const name of passkeys.services) {
    const service = services.find((one) => one.name === name);
    if (!service) return 'passkey-service-unknown';
    if (!chooseWay({ allowed: passkeys.ways, origin: originOf(service), cms, fido: info.fido2 }))
      return 'passkey-way-missing';
    const obstacle = obstacleAt(service, info);
    if (obstacle) return `passkey-${obstacle}-forbidden`;
  }
  return null;
}
