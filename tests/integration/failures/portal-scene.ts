import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AttestationAuthority } from '../portal/support/attestation-authority.js';
import { setPolicy } from '../portal/support/operator.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import type { PlayedHost } from '../../support/host-and-card/played-host.js';
import { Browser, startTestPortal, TEST_VENDOR, type TestPortal } from '../portal/support/test-portal.js';
import { inRepository } from '@cardwright/stage';
import { GraphStandIn, STAND_IN_SECRET } from '../../support/graph/graph-stand-in.js';
import type { OpenMobile } from '../../../portal/src/server/open-mobile.js';
import { MobileScene } from './mobile-scene.js';
import { PageAtPortal } from './page-at-portal.js';

const CONTROL = 'FAILING_AUTHORITY_CONTROL';
const GRAPH_SECRET = 'GRAPH_SECRET';

/** A portal that registers passkeys at a stand-in of Microsoft Graph, which can fail, and at its own login. */
export const startPasskeyPortal = (
  graph: GraphStandIn,
  environment: NodeJS.ProcessEnv = {},
  openMobile?: OpenMobile,
): Promise<TestPortal> =>
  startTestPortal(
    {
      [GRAPH_SECRET]: STAND_IN_SECRET,
      CARDWRIGHT_PASSKEY_SERVICES: JSON.stringify([graph.settings(GRAPH_SECRET), { kind: 'webauthn', name: 'portal' }]),
      ...environment,
    },
    // The certification authority mixes up the keys of one card.
    { everyKey: true },
    openMobile,
  );

/** The stand-in, where Alice has an account. */
export const startGraph = (): Promise<GraphStandIn> => GraphStandIn.start({ users: [{ upn: 'alice@example.com' }] });

/** A portal whose certification authority and passkey service can fail and whose time can pass, its people, and cards. */
export class PortalScene {
  #serial = 50_000_000;

  private constructor(
    readonly portal: TestPortal,
    readonly graph: GraphStandIn,
    readonly mobile: MobileScene,
    private readonly control: string,
    readonly alice: PageAtPortal,
    readonly bob: PageAtPortal,
    readonly olga: PageAtPortal,
    /** Olga's browser without the sdk, for preparations. */
    readonly operator: Browser,
  ) {}

  static async open(folder: string): Promise<PortalScene> {
    const control = join(folder, 'control');
    writeFileSync(control, 'answer');
    process.env[CONTROL] = control;
    const graph = await startGraph();
    const mobile = new MobileScene();
    const vendor = join(folder, 'apple.pem');
    const settings = await MobileScene.settings(['alice', 'bob'], (content) => {
      writeFileSync(vendor, content);
      return vendor;
    });
    const environment = {
      CARDWRIGHT_DEVICE_LIMIT: '1000',
      CARDWRIGHT_AUTHORITY: inRepository('tests/support/failing-authority.mjs'),
      CARDWRIGHT_MOBILE: settings,
    };
    const portal = await startPasskeyPortal(graph, environment, mobile.open);
    const operator = await Browser.login(portal, 'olga');
    await setPolicy(portal, operator, 'yubikey');
    const [alice, bob, olga] = [
      await PageAtPortal.login(portal, 'alice'),
      await PageAtPortal.login(portal, 'bob'),
      await PageAtPortal.login(portal, 'olga'),
    ];
    return new PortalScene(portal, graph, mobile, control, alice, bob, olga, operator);
  }

  /** Sets how the certification authority answers from now on; failing-authority.mjs lists the values. */
  set authority(how: string) {
    writeFileSync(this.control, how);
  }

  readonly newYubikey = (vendor: AttestationAuthority = TEST_VENDOR): TestCard =>
    new TestCard('yubikey', String((this.#serial += 1)), vendor);

  /** A security key with FIDO alone. */
  readonly newSecurityKey = (): TestCard => new TestCard('fido2', String((this.#serial += 1)), null);

  /** A host with a card in its reader. */
  readonly hostWith = (card: TestCard): Promise<PlayedHost> => this.operator.openHost(card);

  async close(): Promise<void> {
    await this.portal.remove();
    await this.graph.close();
    Reflect.deleteProperty(process.env, CONTROL);
  }
}
