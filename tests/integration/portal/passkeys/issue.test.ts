import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { until } from '@cardwright/stage';
import * as v from 'valibot';
import { GraphStandIn, STAND_IN_SECRET } from '../../../support/graph/graph-stand-in.js';
import { SoftwareAuthenticator } from '../../../support/passkeys/software-authenticator.js';
import { act, changePolicy } from '../support/operator.js';
import type { CardFido } from '../../../support/host-and-card/card-fido.js';
import { TestCard } from '../../../support/host-and-card/test-card.js';
import { Browser, listDevices, startTestPortal, type TestPortal } from '../support/test-portal.js';
import { expectOnlyPrinted } from '../../../support/printed-lines.js';

expectOnlyPrinted(/^passkey service entra: create fido2Method got no answer/);

const SECRET = 'GRAPH_SECRET';
const ALICE = 'alice@example.com';
const optionsShape = v.object({ options: v.object({ challenge: v.string() }) });

let graph: GraphStandIn;
let portal: TestPortal;
beforeAll(async () => {
  graph = await GraphStandIn.start({ users: [{ upn: ALICE }] });
  portal = await startTestPortal({
    [SECRET]: STAND_IN_SECRET,
    CARDWRIGHT_PASSKEY_SERVICES: JSON.stringify([graph.settings(SECRET), { kind: 'webauthn', name: 'portal' }]),
  });
});
afterAll(async () => {
  await portal.remove();
  await graph.close();
});

async function setPolicy(operator: Browser): Promise<void> {
  const seed = portal.configuration.devicePolicies.yubikey;
  if (!seed) throw new Error('there is a policy for YubiKeys');
  const passkeys = { services: ['entra', 'portal'], ways: ['host'] };
  const policy = { ...seed.policy, modelName: 'Security key', slots: {}, unprovenKeys: 'allow', passkeys };
  const { status } = await changePolicy(portal, operator, { model: 'fido2', policy, factory: seed.factory });
  expect(status).toBe(200);
}

/** Signs with the key's passkeys, and counts; the key itself has signed less often. */
const signer = new SoftwareAuthenticator();
signer.counter = 100;

/** Logs in with a passkey of an authenticator. */
async function logIn(fido: CardFido) {
  const browser = new Browser(portal);
  const credential = fido.credentials.find(({ rpId }) => rpId === 'localhost');
  if (!credential) throw new Error('the key has no passkey for the portal');
  const { body } = await browser.post('/api/session/passkey/options', {});
  const { challenge } = v.parse(optionsShape, body).options;
  const assertion = signer.assert(credential, challenge, portal.origin);
  return browser.post('/api/session/passkey', { credential: assertion });
}

it('gives a security key passkeys at Entra ID and at the portal, which log its user in until it is terminated', async () => {
  const operator = await Browser.login(portal, 'olga');
  await setPolicy(operator);
  const alice = await Browser.login(portal, 'alice');
  const card = new TestCard('fido2', '60000001', null);
  const { fido } = card;
  const host = await alice.openHost(card);
  // The answer to the registration is lost once.
  graph.fail({ call: 'create', how: 'lost answer' });
  expect(await alice.relay(host)).toMatchObject({ state: 'done', deviceState: 'active' });
  expect(fido.credentials.map(({ rpId }) => rpId)).toEqual(['login.microsoft.com', 'localhost']);
  expect(graph.tenant.methodsOf(ALICE)).toEqual([
    expect.objectContaining({ displayName: expect.stringMatching(/^Security key 60000001 [\da-f]{6}$|^Security key/) }),
  ]);
  const [device] = (await listDevices(alice)).devices;
  if (!device) throw new Error('the device is missing');
  // Its passkeys vouch for its model alone, and it has no management key.
  const described = { serial: '60000001', serialProved: false, managementKey: null };
  expect((await alice.get('/api/devices')).body).toMatchObject({ devices: [described] });
  expect(await logIn(fido)).toMatchObject({ status: 200, body: { user: { username: 'alice' } } });

  // Her next key receives the first one's passkeys as excluded.
  const second = new TestCard('fido2', '60000002', null);
  const other = await alice.openHost(second);
  expect(await alice.relay(other)).toMatchObject({ state: 'done' });
  const excluded = other.fido.orders.map(({ options }) => options.excludeCredentials?.map(({ id }) => id));
  expect(excluded).toEqual(fido.credentials.map(({ id }) => expect.arrayContaining([id])));

  expect(await act(operator, device.id, 'suspend')).toMatchObject({ status: 200 });
  expect(await logIn(fido)).toMatchObject({ code: 'PASSKEY_LOGIN_REFUSED' });
  expect(await act(operator, device.id, 'resume')).toMatchObject({ status: 200 });
  expect(await logIn(fido)).toMatchObject({ status: 200 });
  expect(await act(operator, device.id, 'terminate', 'LOST')).toMatchObject({ status: 200 });
  expect(await logIn(fido)).toMatchObject({ code: 'PASSKEY_LOGIN_REFUSED' });
  await until(() => graph.tenant.methodsOf(ALICE).length <= 1, { what: 'the removal at Entra ID' });
  expect(graph.tenant.methodsOf(ALICE)).toHaveLength(1);
});
