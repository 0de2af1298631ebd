import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TestCard } from '../support/host-and-card/test-card.js';
import { certify } from '../integration/portal/support/attestation-authority.js';
import { failingAuthority } from '../support/failing-authority.mjs';
import { CmsUser } from './support/cms-user.js';
import { engineParts } from './support/engine-parts.js';
import { TestCms } from './support/test-cms.js';
import { ALICE } from './support/test-people.js';

/** The mode of the authority, one of those in failing-authority.mjs. */
let mode = 'answer';
const { authority } = await engineParts();
const cms = await TestCms.open({ authority: failingAuthority(authority, () => mode) });
const alice = new CmsUser(cms, ALICE);
let card: TestCard;

beforeEach(() => {
  card = cms.newCard('yubikey');
});
afterEach(() => {
  mode = 'answer';
});

describe('an authority', () => {
  /** Runs an issuance until its keys are generated, and holds the results back. */
  async function untilKeys() {
    const host = await alice.openHost(card);
    const { operation, step } = await alice.relay(host, ({ phase }) => phase.name === 'keys');
    return { host, operation, results: { step: step?.number, outcomes: await host.run(step?.jws ?? '') } };
  }

  it('ends the issuance by refusing a certificate; user and audit log get its reason', async () => {
    const { operation, results } = await untilKeys();
    mode = 'refuse 9D';
    const reason = 'The profile does not allow this subject.';
    expect(await alice.operate(`/${operation}/results`, results)).toMatchObject({
      state: 'failed',
      deviceState: 'failed',
      error: { data: { name: 'CA_REFUSED', details: { reason } } },
    });
    expect(cms.deviceOf(card)).toMatchObject({
      state: 'failed',
      stateReason: 'CA_REFUSED',
      ownerActions: ['continue', 'start-again'],
    });
    // The other certificates were issued before: none of them stays good.
    expect(cms.deviceOf(card).certificates.map(({ slot, status }) => `${slot} ${status}`)).toEqual([
      '9A revoked',
      '9C revoked',
      '9E revoked',
    ]);
    expect(cms.audit).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ event: 'certificate.refused', outcome: 'failed', detail: { slot: '9D', reason } }),
        expect.objectContaining({ event: 'operation.finished', outcome: 'failed', operationId: operation }),
      ]),
    );

    mode = 'answer';
    expect(await alice.issue(card)).toMatchObject({ state: 'done', deviceState: 'active' });
  });

  it('whose certificate has expired ends the issuance with an error that says so', async () => {
    const { certificate } = await certify({ subject: 'Old CA', from: -2, until: -1 });
    const expired = { ...authority, certificate: new Uint8Array(certificate.rawData) };
    const old = await TestCms.open({ authority: expired });
    const reason = expect.stringMatching(/^The certificate of the certification authority expired on /);
    expect(await new CmsUser(old, ALICE).issue(old.newCard('yubikey'))).toMatchObject({
      state: 'failed',
      error: { data: { name: 'CA_REFUSED', details: { reason } } },
    });
  });

  it.each(['unreachable', 'unreachable 9C', 'hang'])(
    'changes nothing while it is %s: the same results succeed later, and the row says what it waits for',
    async (how) => {
      const { host, operation, results } = await untilKeys();
      mode = how;
      // Only a hanging authority is given up after a short time.
      if (how === 'hang') cms.restart({ authorityTimeout: 50 });
      const send = () => alice.post(`operations/${operation}/results`, results);
      expect(await send()).toMatchObject({ status: 503, code: 'CA_UNAVAILABLE' });
      expect(await send()).toMatchObject({ status: 503, code: 'CA_UNAVAILABLE' });
      expect(cms.deviceOf(card)).toMatchObject({
        state: 'producing',
        stateReason: 'CA_UNAVAILABLE',
        certificates: [],
        ownerActions: ['continue'],
      });
      expect(cms.audit).toEqual(
        expect.arrayContaining([
          expect.objectContaining({
            event: 'operation.interrupted',
            operationId: operation,
            detail: { state: 'running', error: 'CA_UNAVAILABLE' },
          }),
        ]),
      );

      mode = 'answer';
      cms.restart();
      let answer = await alice.operate(`/${operation}/results`, results);
      expect(cms.deviceOf(card)).toMatchObject({ state: 'producing', stateReason: null });
      while (answer.step)
        answer = await alice.operate(`/${operation}/results`, {
          step: answer.step.number,
          outcomes: await host.run(answer.step.jws),
        });
      expect(answer).toMatchObject({ state: 'done', deviceState: 'active' });
      expect(card.pukTries).toBe(3);
    },
  );

  it('changes nothing while unreachable even if the page goes: a new session continues', async () => {
    const { operation, results } = await untilKeys();
    mode = 'unreachable';
    expect((await alice.post(`operations/${operation}/results`, results)).code).toBe('CA_UNAVAILABLE');
    mode = 'answer';
    const answer = await alice.issue(card);
    expect(answer).toMatchObject({ operation, state: 'done', deviceState: 'active' });
    expect(card.pukTries).toBe(3);
  });

  it('ends the issuance by certifying another key; the audit log names both keys, and no certificate is kept', async () => {
    const { operation, results } = await untilKeys();
    mode = 'mix-up 9D';
    expect(await alice.operate(`/${operation}/results`, results)).toMatchObject({
      state: 'failed',
      deviceState: 'failed',
      error: { data: { name: 'CERTIFICATE_KEY_MISMATCH', details: { slot: '9D' } } },
    });
    expect(cms.deviceOf(card).certificates.map(({ slot, status }) => `${slot} ${status}`)).toEqual([
      '9A revoked',
      '9C revoked',
      '9E revoked',
    ]);
    const hash = expect.stringMatching(/^[\w-]{43}$/);
    expect(cms.audit).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          event: 'certificate.refused',
          operationId: operation,
          detail: { slot: '9D', serialNumber: expect.any(String), requestedKey: hash, certifiedKey: hash },
        }),
      ]),
    );
  });

  it('need not be waited for: the user can give up, and the device is failed', async () => {
    const { operation, results } = await untilKeys();
    mode = 'unreachable';
    await alice.post(`operations/${operation}/results`, results);
    expect(await alice.operate(`/${operation}/cancel`, {})).toMatchObject({
      state: 'cancelled',
      deviceState: 'failed',
    });
  });
});
