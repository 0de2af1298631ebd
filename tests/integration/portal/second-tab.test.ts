import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OperationAnswer } from '@cardwright/protocol';
import type { AttestationAuthority } from './support/attestation-authority.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { Browser, listDevices, startTestPortal, type TestPortal, TEST_VENDOR } from './support/test-portal.js';
import { everyOrNamed } from '../../support/thorough.js';

let portal: TestPortal;
let vendor: AttestationAuthority;
let alice: Browser;
let olga: Browser;
let serial = 20_000_000;

beforeAll(async () => {
  vendor = TEST_VENDOR;
  portal = await startTestPortal({ CARDWRIGHT_DEVICE_LIMIT: '100' });
  alice = await Browser.login(portal, 'alice');
  olga = await Browser.login(portal, 'olga');
});
afterAll(() => portal.remove());

const newCard = () => new TestCard('yubikey', String((serial += 1)), vendor);

/** All that the portal shows of what it knows. */
const everything = async () => [
  await listDevices(olga, '/api/operator/devices'),
  (await olga.get('/api/operator/audit')).body,
];

const PHASES = ['authenticate', 'personalize', 'keys', 'certificates', 'pin'] as const;

describe.each(everyOrNamed(PHASES, 'keys', 'pin'))('a second tab in the phase %s', (phase) => {
  it('takes the operation over: the first one is told so, whatever it sends, and changes nothing', async () => {
    const card = newCard();
    const first = await alice.openHost(card);
    const before = await alice.relay(first, (answer) => answer.phase.name === phase);
    const results = { step: before.step?.number, outcomes: await first.run(before.step?.jws ?? '') };

    const second = await alice.openHost(card);
    let answer: OperationAnswer = await alice.operate('', second.startRequest);
    expect(answer.operation).toBe(before.operation);
    const known = await everything();
    const late = [
      ['results', results],
      ['cancel', { session: first.session }],
    ] as const;
    for (const [what, body] of late)
      expect(await alice.post(`/api/operations/${before.operation}/${what}`, body)).toMatchObject({
        status: 409,
        code: 'OPERATION_MOVED',
      });
    expect(await everything()).toEqual(known);

    while (answer.step)
      answer = await alice.operate(`/${answer.operation}/results`, {
        step: answer.step.number,
        outcomes: await second.run(answer.step.jws),
      });
    expect(answer).toMatchObject({ state: 'done', deviceState: 'active' });
    expect(card.pukTries).toBe(3);
    expect(await alice.post(`/api/operations/${before.operation}/results`, results)).toMatchObject({
      code: 'OPERATION_MOVED',
    });
  });
});

describe('results that come twice at once', () => {
  it('are taken once, at every step', async () => {
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

  it('and are not the same count only as what came first', async () => {
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

it('does not let two users have one card', async () => {
  const bob = await Browser.login(portal, 'bob');
  const card = newCard();
  const [hers, his] = [await alice.openHost(card), await bob.openHost(card)];
  await alice.relay(hers, ({ phase }) => phase.name === 'personalize');
  await bob.relay(his, ({ phase }) => phase.name === 'personalize');
  expect(await alice.relay(hers)).toMatchObject({ state: 'done', deviceState: 'active' });
  const refused = await bob.post('/api/operations', his.startRequest);
  expect(refused).toMatchObject({ code: 'DEVICE_NOT_ELIGIBLE' });
});
