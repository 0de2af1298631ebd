import { describe, expect, it } from '@jest/globals';
import { relayForged, startWith } from '../../support/forging.js';
import { CmsUser } from '../support/cms-user.js';
import { FEW_SLOTS, TestCms } from '../support/test-cms.js';
import { ALICE, OLGA } from '../support/test-people.js';

/** Attack: a user's host gives a plain card a better name, to deceive the operator who must approve it. */

const cms = await TestCms.open({ policy: { slots: FEW_SLOTS } });
const alice = new CmsUser(cms, ALICE);
const olga = new CmsUser(cms, OLGA);
await cms.setPolicy('piv', { unprovenKeys: 'supervised', modelName: 'PIV card' });

describe('the name that a host gives a device', () => {
  it.each([
    ['of a better model', 'YubiKey 5C NFC'],
    ['that turns round what follows', 'PIV card\u202e (detsetta)'],
    ['with a second line', 'PIV card\nattested'],
    ['that nobody can see', '\u2060'],
    ['with an isolate and letters that look like others', '\u2066YubiKеy 5\u2069'],
    ['of nothing', ''],
  ])('is not shown to the operator if it is a name %s', async (_, modelName) => {
    const host = await alice.openHost(cms.newCard('piv'));
    const answer = await relayForged(alice, host, { claim: { modelName } });
    expect(answer).toMatchObject({ state: 'done', deviceState: 'awaiting-approval' });
    const row = cms.devices.at(-1);
    expect(row).toMatchObject({ model: 'piv', modelName: 'PIV card' });
    await olga.act(row?.id ?? '', 'terminate');
  });

  it.each([
    ['serial', '123\u202e456'],
    ['serial', '123\n456'],
    ['serial', '１２３'],
    ['firmware', '5.7.1\u200b'],
    ['firmware', '5.7.1\r'],
  ])('is filtered like other claimed texts: %s %j', async (field, value) => {
    const host = await alice.openHost(cms.newCard('piv'));
    const { code, body } = await alice.post('operations', startWith(host, { [field]: value }));
    expect(code).toBe('INVALID_PARAMS');
    expect(JSON.stringify(body)).toContain(field);
  });
});
