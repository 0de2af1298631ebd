import type { CertificatePolicies, CertificationAuthority, Store as CmsStore } from '@cardwright/cms';
import type { PortalKeys } from './keys/key-ring.js';
import { openMobileDevices } from './mobile/enrolments/open-mobile-devices.js';
import type { MobileDevices } from './mobile/mobile-devices.js';
import { ScepServer } from './mobile/scep/scep-server.js';
import type { MobileSettings } from './mobile/settings.js';
import type { Store } from './store/database.js';

/** What mobile devices are opened with. */
export interface MobileParts {
  readonly settings: MobileSettings;
  readonly store: Store;
  readonly cmsStore: CmsStore;
  readonly authority: CertificationAuthority;
  /** The current CRL, DER. */
  readonly crl: () => Promise<Uint8Array>;
  readonly keys: PortalKeys;
  /** The portal's own, once it listens. */
  readonly origin: () => string;
  readonly deviceLimit: number;
  readonly certificatePolicies: CertificatePolicies;
  /** Of one user; enrolments count as operations. */
  readonly operationsPerHour: number;
  /** The time. Default: that of this computer. */
  readonly now?: () => Date;
}

export interface OpenedMobile {
  readonly devices: MobileDevices;
  readonly scep: Pick<ScepServer, 'answer'>;
}

export type OpenMobile = (parts: MobileParts) => Promise<OpenedMobile>;

/** Opens the mobile devices of a portal, and the SCEP server that asks them. */
export const openMobile: OpenMobile = async (parts) => {
  const devices = await openMobileDevices(parts);
  return { devices, scep: new ScepServer({ authority: () => devices.scepAuthority(), registrar: devices.registrar }) };
};
