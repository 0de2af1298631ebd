import type { PasskeyPolicy } from '@cardwright/cms/policies';
import type { CodesOf } from '../../support/failures/staged.js';
import { SoftwareAuthenticator } from '../../support/passkeys/software-authenticator.js';
import type { PlayedHost } from '../../support/host-and-card/played-host.js';
import { changePolicy } from '../portal/support/operator.js';
import { Browser, type TestPortal } from '../portal/support/test-portal.js';
import { PageAtPortal } from './page-at-portal.js';
import type { PortalStaging } from './portal-staging.js';
import { startGraph, startPasskeyPortal, type PortalScene } from './portal-scene.js';

type PasskeyCode = Extract<CodesOf<'portal'>, `PASSKEY_${string}`>;

const SOON = 1;
const FOUR_MINUTES = 240_000;
/** Milliseconds: a list of devices does not wait so long for a service, but the portal's other requests to it do. */
const LATE = 2_300;
const MANY = 20;

/** Has security keys get a passkey at Entra ID. */
async function setPolicy(portal: TestPortal, operator: Browser, change: Partial<PasskeyPolicy> = {}): Promise<void> {
  const seed = portal.configuration.devicePolicies.yubikey;
  if (!seed) throw new Error('there is a policy for YubiKeys');
  const policy = {
    ...seed.policy,
    modelName: 'Security key',
    slots: {},
    unprovenKeys: 'allow',
    passkeys: { services: ['entra'], ways: ['host'], ...change },
  };
  const { status } = await changePolicy(portal, operator, { model: 'fido2', policy, factory: seed.factory });
  if (status !== 200) throw new Error(`the policy was refused: ${status}`);
}

/** An issuance of a security key while something is wrong. */
const issuing =
  (prepare: (scene: PortalScene, host: PlayedHost) => void, change: Partial<PasskeyPolicy> = {}) =>
  async (scene: PortalScene) => {
    await setPolicy(scene.portal, scene.operator, change);
    const host = await scene.hostWith(scene.newSecurityKey());
    prepare(scene, host);
    return scene.alice.relay(host);
  };

/** Every code of passkey services and of the login. */
export const passkeyStagings: { readonly [C in PasskeyCode]: PortalStaging<C> } = {
  PASSKEY_SERVICE_UNAVAILABLE: {
    when: 'the passkey service fails',
    act: issuing(({ graph }) => graph.fail({ call: 'options', how: { status: 500 }, times: MANY })),
    data: { service: 'entra' },
  },
  PASSKEY_SERVICE_REFUSED: {
    when: 'the portal has no permission at the passkey service',
    act: issuing(({ graph }) => graph.fail({ call: 'options', how: { status: 403 } })),
    data: { service: 'entra', status: 403 },
  },
  PASSKEY_FORBIDDEN: {
    when: 'a passkey profile forbids the model, and was read only after the device was checked',
    act: async ({ newSecurityKey }) => {
      const graph = await startGraph();
      const portal = await startPasskeyPortal(graph);
      try {
        const operator = await Browser.login(portal, 'olga');
        await setPolicy(portal, operator);
        const alice = await PageAtPortal.login(portal, 'alice');
        graph.tenant.restrict({ keyRestrictions: { isEnforced: true, enforcementType: 'allow', aaGuids: [] } });
        graph.fail({ call: 'policy', how: { delay: LATE } });
        return await alice.relay(await operator.openHost(newSecurityKey()));
      } finally {
        await portal.remove();
        await graph.close();
      }
    },
  },
  PASSKEY_EXPIRED: {
    when: 'a passkey is made after the time that the service gives for it',
    act: async (scene) => {
      scene.graph.tenant.challengeLifetime = SOON;
      try {
        return await issuing(() => undefined)(scene);
      } finally {
        scene.graph.tenant.challengeLifetime = FOUR_MINUTES;
      }
    },
  },
  PASSKEY_REFUSED: {
    when: 'a passkey was made at another origin',
    act: issuing((_scene, { fido }) => {
      fido.lie = (created) => {
        const [order] = fido.orders;
        if (!order) throw new Error('a passkey was ordered');
        const elsewhere = new SoftwareAuthenticator().register(order.options, 'https://login.microsoft.com.example');
        return { ...created, registration: elsewhere.response };
      };
    }),
    data: { reason: 'origin' },
  },
  PASSKEY_NOT_PROVED: {
    when: 'a passkey was made on another security key, and the policy wants proof',
    act: issuing(
      (_scene, { fido }) => {
        fido.taken = new SoftwareAuthenticator();
      },
      { ways: ['window'], unproved: 'refuse' },
    ),
  },
  PASSKEY_LOGIN_REFUSED: {
    when: 'someone logs in with a passkey that is not registered',
    act: async ({ portal }) => {
      const page = new PageAtPortal(portal);
      await page.post('session/passkey/options', {});
      const key = new SoftwareAuthenticator();
      const { passkey } = key.register(
        {
          rp: { id: 'localhost', name: 'Portal' },
          user: { id: 'AAAA', name: 'alice', displayName: 'Alice' },
          challenge: 'AAAA',
          pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
        },
        portal.origin,
      );
      return page.post('session/passkey', { credential: key.assert(passkey, 'AAAA', portal.origin) });
    },
  },
};
