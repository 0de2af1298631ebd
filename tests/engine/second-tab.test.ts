import type { OperationAnswer } from '@cardwright/protocol/cms';
import { describe, expect, it } from '@jest/globals';
import { everyOrNamed } from '../support/thorough.js';
import { CmsUser } from './support/cms-user.js';
import { TestCms } from './support/test-cms.js';
import { ALICE, BOB } from './support/test-people.js';

const cms = await TestCms.open();
const alice = new CmsUser(cms, ALICE);
const bob = new CmsUser(cms, BOB);

const PHASES = ['authenticate', 'personalize', 'keys', 'certificates', 'pin'] as const;

describe.each(everyOrNamed(PHASES, 'keys', 'pin'))('a second tab in the phase %s', (phase) => {
  it('takes the operation over: the first is told so, whatever it sends, and changes nothing', async () => {
    const card = cms.newCard('yubikey');
    const first = await alice.openHost(card);
    const before = await alice.relay(first, (answer) => answer.phase.name === phase);
    const results = { step: before.step?.number, outcomes: await first.run(before.step?.jws ?? '') };

    const second = await alice.openHost(card);
    let answer: OperationAnswer = await alice.operate('', second.startRequest);
    expect(answer.operation).toBe(before.operation);
    const known = cms.store.contents();
    const late = [
      ['results', results],
      ['cancel', { session: first.session }],
    ] as const;
    for (const [what, body] of late)
      expect(await alice.post(`operations/${before.operation}/${what}`, body)).toMatchObject({
        status: 409,
        code: 'OPERATION_MOVED',
      });
    expect(cms.store.contents()).toEqual(known);

    while (answer.step)
      answer = await alice.operate(`/${answer.operation}/results`, {
        step: answer.step.number,
        outcomes: await second.run(answer.step.jws),
      });
    expect(answer).toMatchObject({ state: 'done', deviceState: 'active' });
    expect(card.pukTries).toBe(3);
    expect(await alice.post(`operations/${before.operation}/results`, results)).toMatchObject({
      code: 'OPERATION_MOVED',
    });
  });
});

it('cannot give two users one card', async () => {
  const card = cms.newCard('yubikey');
  const [hers, his] = [await alice.openHost(card), await bob.openHost(card)];
  await alice.relay(hers, ({ phase }) => phase.name === 'personalize');
  await bob.relay(his, ({ phase }) => phase.name === 'personalize');
  expect(await alice.relay(hers)).toMatchObject({ state: 'done', deviceState: 'active' });
  const refused = await bob.post('operations', his.startRequest);
  expect(refused).toMatchObject({ code: 'DEVICE_NOT_ELIGIBLE' });
});
