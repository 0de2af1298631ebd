import type { VerifyPassword } from '../accounts/reauthentication.js';
import { MobileWork } from '../mobile/mobile-work.js';
import type { OpenMobile } from '../open-mobile.js';
import type { PhoneSide } from '../routes/mobile/phones.js';
import type { PortalAuthority } from '../ca/portal-authority.js';
import type { PortalData } from './data.js';
import type { Opening } from './opening.js';

/**
 * Opens the services for phones, including the work in the background. Does not start this work yet. Returns null if mobile devices are not
 * configured.
 */
export async function openPhones(
  { configuration, keys, origin, parts }: Opening,
  { database, store, certificatePolicies }: PortalData,
  authority: PortalAuthority,
  verifyPassword: VerifyPassword,
  open: OpenMobile,
): Promise<PhoneSide | null> {
  const { mobile: settings, deviceLimit, quotas } = configuration;
  if (settings === null) return null;
  const { devices, scep } = await open({
    settings,
    database,
    store,
    authority: authority.bound,
    crl: async () => (await authority.currentCrl().current()).der,
    keys,
    origin,
    deviceLimit,
    certificatePolicies,
    operationsPerHour: quotas.operationsPerHour,
    verifyPassword,
  });
  const work = parts.add(new MobileWork(() => devices.endOverdue()));
  return { devices, scep, work, isVerified: settings.signing !== null };
}
