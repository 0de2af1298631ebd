import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AttestationAuthority } from '../portal/support/attestation-authority.js';
import { setPolicy } from '../portal/attacks/forging.js';
import { FakeCard } from '../portal/support/fake-card.js';
import type { FakeHost } from '../portal/support/fake-host.js';
import { Browser, startTestPortal, TEST_VENDOR, type TestPortal } from '../portal/support/test-portal.js';
import { inRepository } from '@cardwright/stage';
import { PageAtPortal } from './page-at-portal.js';

const CONTROL = 'FAILING_AUTHORITY_CONTROL';

/** A portal whose certification authority can fail, its people, and cards. */
export class PortalScene {
  #serial = 50_000_000;

  private constructor(
    readonly portal: TestPortal,
    private readonly control: string,
    readonly alice: PageAtPortal,
    readonly bob: PageAtPortal,
    readonly olga: PageAtPortal,
    /** Olga's browser without the sdk, for what is prepared. */
    readonly operator: Browser,
  ) {}

  static async open(folder: string): Promise<PortalScene> {
    const control = join(folder, 'control');
    writeFileSync(control, 'answer');
    process.env[CONTROL] = control;
    const portal = await startTestPortal({
      CARDWRIGHT_DEVICE_LIMIT: '1000',
      CARDWRIGHT_AUTHORITY: inRepository('tests/support/failing-authority.mjs'),
    });
    const operator = await Browser.login(portal, 'olga');
    await setPolicy(portal, operator, 'yubikey');
    const [alice, bob, olga] = [
      await PageAtPortal.login(portal, 'alice'),
      await PageAtPortal.login(portal, 'bob'),
      await PageAtPortal.login(portal, 'olga'),
    ];
    return new PortalScene(portal, control, alice, bob, olga, operator);
  }

  /** How the certification authority answers from now on, as failing-authority.mjs says. */
  set authority(how: string) {
    writeFileSync(this.control, how);
  }

  readonly newYubikey = (vendor: AttestationAuthority = TEST_VENDOR): FakeCard =>
    new FakeCard('yubikey', String((this.#serial += 1)), vendor);

  /** A host with a card in its reader. */
  readonly hostWith = (card: FakeCard): Promise<FakeHost> => this.operator.openHost(card);

  async close(): Promise<void> {
    await this.portal.remove();
    Reflect.deleteProperty(process.env, CONTROL);
  }
}
