import { openAppleAuthority } from '@cardwright/stage';
import {
  openMobileDevices,
  type OpenMobileDevices,
} from '../../../portal/src/server/mobile/enrolments/open-mobile-devices.js';
import { ScepServer } from '../../../portal/src/server/mobile/scep/scep-server.js';
import type { MobileSettings } from '../../../portal/src/server/mobile/settings.js';
import type { OpenMobile } from '../../../portal/src/server/open-mobile.js';

const MINUTE = 60_000;

/** The real mobile devices of a portal, with a clock that can be put forward, and settings that can be changed. */
export class MobileScene {
  #devices: OpenMobileDevices | undefined;
  #changes: Partial<MobileSettings> = {};
  #later = 0;

  /** Opens the devices for `startPortal`. */
  readonly open: OpenMobile = async (parts) => {
    const changes = (): Partial<MobileSettings> => this.#changes;
    const settings = {
      ...parts.settings,
      get proof() {
        return changes().proof ?? parts.settings.proof;
      },
      get keySize() {
        return changes().keySize ?? parts.settings.keySize;
      },
    };
    const now = (): Date => new Date(Date.now() + this.#later);
    const devices = await openMobileDevices({ ...parts, settings, now });
    this.#devices = devices;
    // The server uses the real clock, because its clients have no other.
    const scep = new ScepServer({ authority: () => devices.scepAuthority(), registrar: devices.registrar });
    return { devices, scep };
  };

  /** CARDWRIGHT_MOBILE for the people who may add a phone. */
  static async settings(users: readonly string[], writeFile: (content: string) => string): Promise<string> {
    const { rootPem } = await openAppleAuthority();
    return JSON.stringify({ organization: 'Example', users, deviceAuthorities: [writeFile(rootPem)] });
  }

  pass(minutes: number): void {
    this.#later += minutes * MINUTE;
  }

  change(settings: Pick<Partial<MobileSettings>, 'proof' | 'keySize'>): void {
    this.#changes = settings;
  }

  /** Restores the first settings; does not set the clock back. */
  recover(): void {
    this.#changes = {};
  }

  /** The authority that SCEP clients trust and encrypt to. */
  get scepAuthority() {
    if (!this.#devices) throw new Error('the mobile devices are not open');
    return this.#devices.scepAuthority();
  }
}
