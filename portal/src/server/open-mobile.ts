import { openMobileDevices, type MobileDevicesOptions } from './mobile/enrolments/open-mobile-devices.js';
import type { MobileDevices } from './mobile/mobile-devices.js';
import { ScepServer } from './mobile/scep/scep-server.js';

export interface OpenedMobile {
  readonly devices: MobileDevices;
  readonly scep: Pick<ScepServer, 'answer'>;
}

export type OpenMobile = (options: MobileDevicesOptions) => Promise<OpenedMobile>;

/** Opens the service for mobile devices (`MobileDevices`), and the SCEP server that uses this service. */
export const openMobile: OpenMobile = async (options) => {
  const devices = await openMobileDevices(options);
  return { devices, scep: new ScepServer({ authority: () => devices.scepAuthority(), registrar: devices.registrar }) };
};
