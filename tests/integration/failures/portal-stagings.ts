import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { CmsClient } from '@cardwright/sdk';
import { eq } from 'drizzle-orm';
import { openPortalDatabase } from '../../../portal/src/server/store/database.js';
import { userIdentities, users } from '../../../portal/src/server/store/schema.js';
import type { CodesOf } from '../../support/failures/staged.js';
import { setPolicy } from '../portal/support/operator.js';
import { NO_VERSION } from '../../support/engine/operator-action.js';
import { forgeAttestations, forgeOf, type Forge } from '../../support/forging.js';
import { attestKey, newAttestationAuthority } from '../portal/support/attestation-authority.js';
import { keyPairIn, proofBy, requestBy } from '../../support/host-and-card/card-program.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { Browser, listDevices, startTestPortal, TEST_VENDOR } from '../portal/support/test-portal.js';
import { PageAtPortal } from './page-at-portal.js';
import { mobileStagings } from './mobile-stagings.js';
import { passkeyStagings } from './passkey-stagings.js';
import type { PortalStaging } from './portal-staging.js';
import type { PortalScene } from './portal-scene.js';

const ORGANISATION_PUK = '24681357';
/** More logins with a wrong password than the portal takes in a row. */
const MANY_TRIES = 12;
const NO_PASSWORD = 'no password';

/** A directory at a port where nobody listens. */
const AWAY = {
  name: 'away',
  url: 'ldaps://127.0.0.1:1',
  bind: { dn: 'cn=portal,dc=test', password: { file: fileURLToPath(import.meta.url) } },
  base: 'dc=test',
};

/** An issuance by a host that lies about the results of its card. */
const forging = (forgeryOf: (card: TestCard) => Forge) => async (scene: PortalScene) => {
  const card = scene.newYubikey();
  return scene.alice.relay(await scene.hostWith(card), { forge: forgeryOf(card) });
};

/** An issuance while the certification authority fails. */
const certifying = (failure: string) => async (scene: PortalScene) => {
  const host = await scene.hostWith(scene.newYubikey());
  const answer = await scene.alice.relay(host, { until: 'keys' });
  scene.authority = failure;
  return scene.alice.relayFrom(answer, host);
};

/** A start of someone who forgot a PIN, where the policy wants a one-time code. */
const unlocking =
  (code: { readonly code?: string }) =>
  async ({ portal, operator, alice, hostWith, newYubikey }: PortalScene) => {
    await setPolicy(portal, operator, 'yubikey', { unlockNeedsCode: true });
    const card = newYubikey();
    await alice.relay(await hostWith(card));
    return alice.cms.start({ ...(await hostWith(card)).startRequest, kind: 'unlock', ...code });
  };

/** Every code that the portal gives. All but a few share one portal. */
export const portalStagings: { readonly [C in CodesOf<'portal'>]: PortalStaging<C> } = {
  LOGIN_REQUIRED: {
    when: 'nobody is logged in',
    act: ({ portal }) => new PageAtPortal(portal).get('devices'),
  },
  FORBIDDEN: {
    when: 'a user asks for what is for operators',
    act: ({ alice }) => alice.get('operator/devices'),
  },
  PASSWORD_INCORRECT: {
    when: 'someone mistypes the password for a fresh proof of identity',
    act: ({ olga }) => olga.post('session/proof', { password: NO_PASSWORD }),
  },
  PROPOSAL_OVER: {
    when: 'an operator confirms what was withdrawn',
    act: ({ olga }) => olga.post(`operator/policy/proposals/${randomUUID()}/confirm`, {}),
  },
  RATE_LIMITED: {
    when: 'someone tries many passwords',
    act: async ({ portal }) => {
      const page = new PageAtPortal(portal);
      const trying = () => page.post('session', { username: 'bob', password: NO_PASSWORD });
      for (let tries = 1; tries < MANY_TRIES; tries += 1) await trying().catch(() => undefined);
      return trying();
    },
  },
  CMS_UNREACHABLE: {
    when: 'nothing listens where the portal should',
    act: async ({ hostWith, newYubikey }) => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      server.close();
      await once(server, 'close');
      const port = typeof address === 'object' && address ? address.port : 0;
      return new CmsClient(`http://127.0.0.1:${port}/api`).start((await hostWith(newYubikey())).startRequest);
    },
  },
  DEVICE_LIMIT: {
    when: 'two issuances are under way where one device is left',
    act: async ({ newYubikey }) => {
      const portal = await startTestPortal({ CARDWRIGHT_DEVICE_LIMIT: '1' });
      try {
        const page = await PageAtPortal.login(portal, 'alice');
        const browser = new Browser(portal);
        const [first, second] = [await browser.openHost(newYubikey()), await browser.openHost(newYubikey())];
        const [one, other] = [await page.cms.start(first.startRequest), await page.cms.start(second.startRequest)];
        await page.relayFrom(one, first, { until: 'keys' });
        return await page.relayFrom(other, second);
      } finally {
        await portal.remove();
      }
    },
    data: { limit: 1 },
  },
  DEVICE_NOT_ELIGIBLE: {
    when: "a user starts with another user's device",
    act: async ({ alice, bob, hostWith, newYubikey }) => {
      const card = newYubikey();
      await alice.relay(await hostWith(card), { until: 'keys' });
      return bob.cms.start((await hostWith(card)).startRequest);
    },
  },
  OPERATION_NOT_FOUND: {
    when: 'a page names an operation that there is not',
    act: async ({ alice, hostWith, newYubikey }) =>
      alice.cms.cancel(randomUUID(), (await hostWith(newYubikey())).session),
  },
  OPERATION_MOVED: {
    when: 'another tab has continued the operation',
    act: async ({ alice, hostWith, newYubikey }) => {
      const card = newYubikey();
      const first = await hostWith(card);
      const { operation, step } = await alice.relay(first, { until: 'keys' });
      if (!step) throw new Error('a step is out');
      const outcomes = await first.run(step.jws);
      await alice.cms.start((await hostWith(card)).startRequest);
      return alice.cms.results(operation, { step: step.number, outcomes });
    },
  },
  OPERATION_FAILED: {
    when: 'a certification request is not fresh',
    act: forging((card) =>
      forgeOf('csr.create', async ({ slot, commonName }) => ({
        request: await requestBy(await keyPairIn(card, slot), commonName, 'A'.repeat(43)),
      })),
    ),
  },
  ATTESTATION_REFUSED: {
    when: "a card does not sign the portal's challenge with the key that it showed",
    act: forging((card) => forgeOf('key.prove', ({ slot }) => proofBy(card, slot, Buffer.from('another challenge')))),
  },
  ATTESTATION_MISSING: {
    when: 'a card attests nothing',
    act: forging(() => forgeAttestations(() => null)),
  },
  ATTESTATION_UNREADABLE: {
    when: 'what a card attests is no certificate',
    act: forging(() => forgeAttestations(() => ({ certificate: 'AAAA', intermediate: 'AAAA' }))),
  },
  ATTESTATION_UNTRUSTED: {
    when: 'a vendor vouches for the card whom the portal does not trust',
    act: async (scene) => {
      const vendor = await newAttestationAuthority('Some other vendor');
      return scene.alice.relay(await scene.hostWith(scene.newYubikey(vendor)));
    },
  },
  ATTESTATION_CONTRADICTS: {
    when: 'the vendor vouches for another serial number',
    act: forging((card) =>
      forgeAttestations(async (slot) => {
        const { publicKey } = await keyPairIn(card, slot);
        return attestKey(TEST_VENDOR, publicKey, { slot, serial: '1' });
      }),
    ),
  },
  CA_UNAVAILABLE: {
    when: 'the certification authority cannot be reached',
    act: certifying('unreachable'),
  },
  CA_REFUSED: {
    when: 'the certification authority refuses a certificate',
    act: certifying('refuse'),
    data: { reason: 'The profile does not allow this subject.' },
  },
  CERTIFICATE_KEY_MISMATCH: {
    when: 'the certification authority certifies another key',
    act: certifying('mix-up'),
  },
  READ_BACK_MISMATCH: {
    when: 'a certificate is not on the card after it was written',
    act: async ({ alice, hostWith, newYubikey }) =>
      alice.relay(await hostWith(newYubikey()), {
        forge: forgeOf('certificate.read', () => ({ certificate: null })),
      }),
  },
  DEVICE_STATE: {
    when: 'an operator approves a device that does not wait for it',
    act: ({ olga }) => olga.post(`operator/devices/${randomUUID()}/approve`, { seen: NO_VERSION }),
  },
  DEVICE_CHANGED: {
    when: 'an operator suspends a device that is not as her page shows it any more',
    act: async ({ olga, operator, alice, hostWith, newYubikey }) => {
      const card = newYubikey();
      await alice.relay(await hostWith(card));
      const { devices } = await listDevices(operator, `/api/operator/devices?serial=${card.serial ?? ''}`);
      return olga.post(`operator/devices/${devices[0]?.id ?? ''}/suspend`, { seen: NO_VERSION });
    },
  },
  APPROVAL_NEEDED: {
    when: "a card that proved nothing would get the organisation's PUK",
    act: async ({ portal, operator, alice, hostWith }) => {
      const factory = { puk: ORGANISATION_PUK, confidential: true };
      await setPolicy(portal, operator, 'piv', { unprovenKeys: 'supervised' }, factory);
      return alice.relay(await hostWith(new TestCard('piv', null, null)));
    },
  },
  CODE_NEEDED: {
    when: 'a user starts without the one-time code that the policy wants',
    act: unlocking({}),
  },
  CODE_INCORRECT: {
    when: 'a user types a code that no operator issued',
    act: unlocking({ code: '00000000' }),
    data: { retriesLeft: null },
  },
  WORK_OVER: {
    when: 'a user starts what nobody asks for any more',
    act: async ({ alice, hostWith, newYubikey }) => {
      const card = newYubikey();
      await alice.relay(await hostWith(card));
      return alice.cms.start({ ...(await hostWith(card)).startRequest, kind: 'change-pin', work: randomUUID() });
    },
  },
  SIGN_IN_UNAVAILABLE: {
    when: 'a person of the directory gives the password while the directory is away',
    act: async () => {
      const password = 'olga-password';
      const portal = await startTestPortal({ CARDWRIGHT_SIGN_IN: JSON.stringify({ ldap: AWAY }) });
      const store = await openPortalDatabase(portal.configuration.database);
      try {
        const page = await PageAtPortal.login(portal, 'olga');
        const [olga] = await store.db.select().from(users).where(eq(users.username, 'olga'));
        await store.db.insert(userIdentities).values({ issuer: 'ldap:away', subject: 's', userId: olga?.id ?? '' });
        return await page.post('session/proof', { password });
      } finally {
        await store.close();
        await portal.remove();
      }
    },
  },
  LAST_ADMINISTRATOR: {
    when: 'the only administrator gives the role away',
    act: async () => {
      const password = 'olga-password';
      const account = { username: 'olga', password, displayName: 'Olga', role: ['administrator'] };
      const portal = await startTestPortal({ CARDWRIGHT_DEMO_ACCOUNTS: JSON.stringify([account]) });
      const store = await openPortalDatabase(portal.configuration.database);
      try {
        const [olga] = await store.db.select().from(users);
        const page = await PageAtPortal.login(portal, 'olga');
        return await page.put(`operator/people/${olga?.id ?? ''}/roles`, { grants: [] });
      } finally {
        await store.close();
        await portal.remove();
      }
    },
  },
  ...passkeyStagings,
  ...mobileStagings,
};
