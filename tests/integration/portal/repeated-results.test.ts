import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AttestationAuthority } from './support/attestation-authority.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { Browser, startTestPortal, type TestPortal, TEST_VENDOR } from './support/test-portal.js';

let portal: TestPortal;
let vendor: AttestationAuthority;
let alice: Browser;
let olga: Browser;
let serial = 20_000_000;

beforeAll(async () => {
  vendor = TEST_VENDOR;
  portal = await startTestPortal({ CARDWRIGHT_DEVICE_LIMIT: '100' }, { everyKey: true });
  alice = await Browser.login(portal, 'alice');
  olga = await Browser.login(portal, 'olga');
});
afterAll(() => portal.remove());

const newCard = () => new TestCard('yubikey', String((serial += 1)), vendor);

describe('concurrent results', () => {
  it('are processed once, at every step', async () => {
    const host = await alice.openHost(newCard());
    let answer = await alice.operate('', host.startRequest);
    while (answer.step) {
      const results = { step: answer.step.number, outcomes: await host.run(answer.step.jws) };
      const path = `/${answer.operation}/results`;
      const [one, other] = await Promise.all([alice.operate(path, results), alice.operate(path, results)]);
      expect(other).toEqual(one);
      answer = one;
    }
    expect(answer).toMatchObject({ state: 'done', deviceState: 'active' });
    const { entries } = (await olga.get('/api/operator/audit')).body as {
      entries: { event: string; operationId: string }[];
    };
    const issued = entries.filter(
      ({ event, operationId }) => event === 'certificate.issued' && operationId === answer.operation,
    );
    expect(issued).toHaveLength(4);
  });

  it('count only as the first if they differ', async () => {
    const card = newCard();
    const host = await alice.openHost(card);
    const { operation, step } = await alice.operate('', host.startRequest);
    const path = `/api/operations/${operation}/results`;
    const answers = await Promise.all([
      alice.post(path, { step: step?.number, outcomes: await host.run(step?.jws ?? '') }),
      alice.post(path, {
        step: step?.number,
        outcomes: [{ method: 'managementKey.getChallenge', result: { algorithm: 'AES-192', witness: 'A'.repeat(22) } }],
      }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(answers.find(({ status }) => status === 409)?.code).toBe('OPERATION_MOVED');
  });
});
