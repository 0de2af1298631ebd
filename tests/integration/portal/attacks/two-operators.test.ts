import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { validate } from '@cardwright/protocol';
import * as v from 'valibot';
import { TestCard } from '../../../support/host-and-card/test-card.js';
import { certify } from '../support/attestation-authority.js';
import { ageProof, WANTS_PROOF } from '../support/aged-proof.js';
import { changePolicy } from '../support/operator.js';
import { ACCOUNTS, Browser, startTestPortal, type TestPortal } from '../support/test-portal.js';

/** The engine's rules for changes of trust (`engine/attacks/two-operators`) are tested at each of the portal's addresses. */

const POLICY = '/api/operator/policy';
const VENDORS = '/api/operator/vendor-certificates';

const answer = v.looseObject({
  policies: v.array(v.looseObject({ model: v.string(), policy: v.looseObject({ unprovenKeys: v.string() }) })),
  proposals: v.array(v.looseObject({ id: v.string(), model: v.string(), isOwn: v.boolean() })),
});
const entries = v.looseObject({ entries: v.array(v.looseObject({ event: v.string() })) });

let portal: TestPortal;
let olga: Browser;
let oscar: Browser;
beforeAll(async () => {
  portal = await startTestPortal();
  olga = await Browser.login(portal, 'olga');
  oscar = await Browser.login(portal, 'oscar');
});
afterAll(() => portal.remove());

const read = async (browser = olga) => validate(answer, (await browser.get(POLICY)).body);
const yubikey = async () => (await read()).policies.find(({ model }) => model === 'yubikey')?.policy;
const newest = async (browser = olga) => validate(entries, (await browser.get('/api/operator/audit')).body).entries[0];

describe('a change that widens trust', () => {
  const widened = async () => ({ model: 'yubikey', policy: { ...(await yubikey()), unprovenKeys: 'allow' } });
  const propose = async (): Promise<string> => {
    await olga.send('PUT', POLICY, { ...(await widened()), consent: true });
    return (await read()).proposals[0]?.id ?? '';
  };
  const confirm = (browser: Browser, id: string) => browser.post(`${POLICY}/proposals/${id}/confirm`, {});

  it('needs a fresh proof of the operator, and then another one with hers', async () => {
    const change = await widened();
    const { unprovenKeys: before } = (await yubikey()) ?? {};
    expect(await olga.send('PUT', POLICY, change)).toMatchObject({
      status: 200,
      body: { outcome: 'consent-needed', isAlone: false, changes: [{ after: 'issued like any other', widens: true }] },
    });
    await ageProof(olga);
    expect(await olga.send('PUT', POLICY, { ...change, consent: true })).toMatchObject(WANTS_PROOF);
    expect(await newest()).toMatchObject({ actor: 'olga', event: 'policy.changed', outcome: 'failed' });
    expect((await read()).proposals).toEqual([]);
    await ageProof(olga, 9);
    expect(await olga.send('PUT', POLICY, { ...change, consent: false })).toMatchObject({ code: 'INVALID_PARAMS' });

    const id = await propose();
    expect((await read()).proposals).toMatchObject([{ id, isOwn: true }]);
    expect((await read(oscar)).proposals).toMatchObject([{ id, isOwn: false, proposedBy: 'olga' }]);
    expect(await yubikey()).toMatchObject({ unprovenKeys: before });

    expect(await confirm(olga, id)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    await ageProof(oscar);
    expect(await confirm(oscar, id)).toMatchObject(WANTS_PROOF);
    await ageProof(oscar, 9);
    expect(await confirm(oscar, 'no-uuid')).toMatchObject({ status: 400, code: 'INVALID_PARAMS' });
    expect(await yubikey()).toMatchObject({ unprovenKeys: before });

    expect(await confirm(oscar, id)).toMatchObject({ status: 200, body: { proposals: [] } });
    expect(await yubikey()).toMatchObject({ unprovenKeys: 'allow' });
    expect(await newest()).toMatchObject({ actor: 'oscar', detail: { proposedBy: 'olga' } });
    expect(await confirm(oscar, id)).toMatchObject({ status: 409, code: 'PROPOSAL_OVER' });
    await olga.send('PUT', POLICY, { model: 'yubikey', policy: { ...(await yubikey()), unprovenKeys: before } });
  });

  it('can be confirmed and withdrawn by operators', async () => {
    const id = await propose();
    const alice = await Browser.login(portal, 'alice');
    const nobody = new Browser(portal);
    for (const [browser, code] of [
      [alice, 'FORBIDDEN'],
      [nobody, 'LOGIN_REQUIRED'],
    ] as const) {
      expect(await confirm(browser, id)).toMatchObject({ code });
      expect(await browser.post(`${POLICY}/proposals/${id}/withdraw`, {})).toMatchObject({ code });
    }
    expect(await oscar.post(`${POLICY}/proposals/${id}/withdraw`, {})).toMatchObject({ body: { proposals: [] } });
    expect(await newest()).toMatchObject({
      actor: 'oscar',
      event: 'policy.proposal-ended',
      detail: { why: 'withdrawn' },
    });
  });
});

it('changes factory values, which are never shown again', async () => {
  const { policies } = await read();
  const policy = { ...policies.find(({ model }) => model === 'piv')?.policy, certificateDays: 30 };
  const factory = { pin: '000000', puk: '87654321', managementKey: 'ab'.repeat(24) };
  const changed = await changePolicy(portal, olga, { model: 'piv', policy, factory });
  const told = JSON.stringify([changed.body, (await olga.get('/api/operator/audit')).body]);
  expect(told).toContain('"certificateDays":30');
  for (const secret of Object.values(factory)) expect(told).not.toContain(secret);
  // The new factory values apply: a card with the old key is refused now.
  const alice = await Browser.login(portal, 'alice');
  const answer = await alice.relay(await alice.openHost(new TestCard('piv', null, null)));
  expect(answer).toMatchObject({ state: 'failed', error: { data: { name: 'MANAGEMENT_KEY_REFUSED' } } });
});

describe('an import', () => {
  it('waits for another operator if it is of a root, but not if it is of an intermediate certificate, and a removal takes effect at once', async () => {
    const authority = await certify({ subject: 'Vendor root' });
    const level = await certify({ subject: 'Vendor level', issuer: authority });
    const [root, intermediate] = [authority, level].map(({ certificate }) => certificate.toString('pem'));
    const present = async () =>
      validate(
        v.object({ present: v.array(v.looseObject({ name: v.string(), fingerprint: v.string() })) }),
        (await olga.get(`${VENDORS}?model=yubikey`)).body,
      ).present;
    const before = (await present()).length;

    expect(await olga.post(VENDORS, { model: 'yubikey', pem: intermediate, trustUnknown: true })).toMatchObject({
      body: { accepted: true, outcome: 'saved', certificates: [{ verdict: 'imported' }] },
    });
    const order = { model: 'yubikey', pem: root, trustUnknown: true };
    expect(await olga.post(VENDORS, order)).toMatchObject({
      body: { accepted: true, outcome: 'consent-needed', certificates: [{ verdict: 'waiting' }] },
    });
    await ageProof(olga);
    expect(await olga.post(VENDORS, { ...order, consent: true })).toMatchObject(WANTS_PROOF);
    await ageProof(olga, 9);
    expect(await olga.post(VENDORS, { ...order, consent: true })).toMatchObject({
      body: { accepted: true, outcome: 'proposed', certificates: [{ verdict: 'waiting' }] },
    });
    expect(await present()).toHaveLength(before + 1);

    const [proposal] = (await read()).proposals;
    await oscar.post(`${POLICY}/proposals/${proposal?.id}/confirm`, {});
    expect(await present()).toHaveLength(before + 2);
    for (const { name, fingerprint } of await present())
      if (name.startsWith('CN=Vendor ')) await olga.send('DELETE', VENDORS, { model: 'yubikey', fingerprint });
    expect(await present()).toHaveLength(before);
  });
});

describe('an operator who may act alone', () => {
  let alone: TestPortal;
  beforeAll(async () => {
    const accounts = ACCOUNTS.filter(({ username }) => username !== 'oscar');
    alone = await startTestPortal({
      CARDWRIGHT_DEMO_ACCOUNTS: JSON.stringify(accounts),
      CARDWRIGHT_ACTING_ALONE: 'allowed',
    });
  });
  afterAll(() => alone.remove());

  it('can change trust at once after a fresh proof, and is told so; the log says so too', async () => {
    const only = await Browser.login(alone, 'olga');
    const { policies } = await read(only);
    const policy = { ...policies.find(({ model }) => model === 'yubikey')?.policy, unprovenKeys: 'allow' };
    expect(await only.send('PUT', POLICY, { model: 'yubikey', policy })).toMatchObject({
      body: { outcome: 'consent-needed', isAlone: true },
    });
    expect(await changePolicy(alone, only, { model: 'yubikey', policy })).toMatchObject({ body: { outcome: 'saved' } });
    expect(await newest(only)).toMatchObject({ event: 'policy.changed', detail: { consent: 'alone' } });
  });
});
