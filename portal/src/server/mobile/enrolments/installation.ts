import { findEnrolment } from '../../store/mobile-rows.js';
import type { InstalledPage } from '../mobile-devices.js';
import type { Enrolment } from './enrolment.js';
import { secretOf } from './enrolment-secret.js';
import type { EnrolmentServices } from './enrolment-services.js';
import { inEnrolmentWork } from './enrolment-work.js';
import { deriveSecret, hashOf, isSecretOf } from './secrets.js';
import { isUuid } from './uuid.js';

/**
 * The proof that a phone has installed everything. A phone sends nothing after its last certificate, unless someone has it do so. So its
 * configuration brings an icon for the Home Screen, whose address has a secret. A phone that drops the profile, because an answer was lost, drops
 * the icon too.
 */

/** Returns the secret in the address of the icon that a phone's configuration brings. */
export const iconSecret = (secret: string): string => deriveSecret(secret, 'installed');

/**
 * Activates the device of a phone that has shown that it installed everything: its user opened the icon, or it asked for a renewal with a key of its
 * configuration.
 *
 * @returns false if nothing was proved, because a certificate is still missing, or the device is not in a state that the phone's user may end
 */
export function provedInstallation(enrolment: Enrolment): boolean {
  const { state, device, requests } = enrolment;
  if (state !== 'sent' && state !== 'issued') return state === 'installed' && device?.row.state === 'active';
  if (requests.some(({ certificateId }) => certificateId === null)) return false;
  switch (device?.row.state) {
    case 'producing':
      // The last answer arrived, although the connection broke before the portal knew.
      device.changeState('pending', 'portal', null);
      device.changeState('active', 'portal', null);
      break;
    case 'pending':
      device.changeState('active', 'portal', null);
      break;
    case 'active':
      // An operator has activated the device.
      break;
    default:
      return false;
  }
  enrolment.enter('installed');
  enrolment.report('mobile.installed', 'portal');
  return true;
}

const DEAD: InstalledPage = { kind: 'dead', language: null };

/**
 * Handles the opening of the icon, and the button on its page. Opening alone proves nothing, because a system may fetch the address of an icon before
 * it has installed the rest.
 *
 * @param id the enrolment in the icon's address
 * @param token the secret in the icon's address
 */
export async function openIcon(
  services: EnrolmentServices,
  id: string,
  token: string,
  { isPressed }: { readonly isPressed: boolean },
): Promise<InstalledPage> {
  const key = isUuid(id) ? await findEnrolment(services.database.db, id) : undefined;
  if (!key) return DEAD;
  return inEnrolmentWork(services, async (work): Promise<InstalledPage> => {
    const enrolment = await work.open(key);
    const { row, device } = enrolment;
    if (row.sealedSecret === null) return DEAD;
    const { secret } = await secretOf(services, row);
    if (!isSecretOf(hashOf(iconSecret(secret)), token)) return DEAD;
    const { language } = row;
    if (isPressed) return { kind: provedInstallation(enrolment) ? 'finished' : 'dead', language };
    if (device?.row.state === 'active') return { kind: 'finished', language };
    const isWaiting = device?.row.state === 'pending' || enrolment.state === 'issued';
    return { kind: isWaiting ? 'finish' : 'dead', language };
  });
}
