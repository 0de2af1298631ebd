import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { KeyPool } from './support/key-pool.js';
import { MemoryCms } from './support/memory-cms.js';
import { findFlaws, findHaste, findLosses } from './support/soundness.js';
import { Workplace } from './support/workplace.js';

const TRIES = [3, 3];
const PUT_DATA = 0xdb;
/** The APDU that writes the CHUID, in the step whose results bring the escrow. */
const LAST_BEFORE_ESCROW = 18;
const CERTIFICATE_9C = 0x5fc10a;

/** The fault sweep's verdict on an issued card after one thing about it was spoilt. */
describe('the judge of the fault sweep', () => {
  let cms: MemoryCms;
  let workplace: Workplace;
  beforeAll(async () => {
    cms = await MemoryCms.open({ algorithm: 'P-256' });
  });
  afterAll(() => cms.close());

  beforeEach(async () => {
    await cms.clear();
    workplace = await Workplace.open({ cms, profile: 'yubikey', keys: new KeyPool().source() });
    await workplace.session('issue');
  });

  it('finds nothing wrong with a card that was issued', async () => {
    expect([await findLosses(workplace), await findFlaws(workplace, TRIES), await findHaste(workplace)]).toEqual([
      [],
      [],
      [],
    ]);
  });

  it.each([
    ['PIN', 'nobody knows its PIN'],
    ['PUK', 'nobody knows its PUK'],
    ['management key', 'nobody knows its management key'],
  ] as const)('sees a %s that is in no escrow', async (secret, loss) => {
    const { state } = workplace.card;
    if (secret === 'management key') state.managementKey.key = Buffer.alloc(state.managementKey.key.length, 7);
    else state[secret === 'PIN' ? 'pin' : 'puk'].value = Buffer.from('97531864');
    await expect(findLosses(workplace)).resolves.toEqual([loss]);
  });

  it('sees a factory PUK, and a PIN that is not the chosen one', async () => {
    const { state } = workplace.card;
    state.puk.value = Buffer.from('12345678');
    state.pin.value = Buffer.from('123456\xff\xff', 'latin1');
    const flaws = ["it does not have its user's PIN", "it still has the factory's PUK", 'its PUK is in no escrow'];
    await expect(findFlaws(workplace, TRIES)).resolves.toEqual(flaws);
  });

  it('wants the initial PIN, known to the CMS, on a card that an operator activated', async () => {
    await expect(findFlaws(workplace, TRIES, { isActivated: true })).resolves.toEqual([
      'an operator activated it, and nobody can say which PIN it has',
      'it does not have its initial PIN',
    ]);
    const [device] = await cms.devices();
    const [escrow] = await cms.escrows(device?.id);
    if (!device || !escrow?.pin) throw new Error('there is no initial PIN');
    workplace.card.state.pin.value = Buffer.from(escrow.pin.padEnd(8, '\xff'), 'latin1');
    const spy = jest.spyOn(cms, 'devices').mockResolvedValue([{ ...device, hasInitialPin: true }]);
    const flaws = await findFlaws(workplace, TRIES, { isActivated: true });
    spy.mockRestore();
    expect(flaws).toEqual([]);
  });

  it('sees a PUK whose escrow went with the former device of the card', async () => {
    const earlier = Buffer.from(workplace.card.state.puk.value);
    const [device] = await cms.devices();
    await cms.release(device?.id ?? '');
    await workplace.session('issue');
    workplace.card.state.puk.value = earlier;
    await expect(findLosses(workplace)).resolves.toEqual(['nobody knows its PUK']);
  });

  it('sees secrets that only the escrows of another device hold', async () => {
    const escrows = await cms.escrows();
    const spy = jest.spyOn(cms, 'escrows').mockImplementation((device) => Promise.resolve(device ? [] : escrows));
    const found = [await findLosses(workplace), await findFlaws(workplace, TRIES)];
    spy.mockRestore();
    expect(found).toEqual([[], ['its PUK is in no escrow', 'its management key is in no escrow']]);
  });

  it('sees an active device whose certificates are on hold', async () => {
    const listed = (await cms.devices()).map((device) => ({
      ...device,
      certificates: device.certificates.map((one) => ({ ...one, revocation: 'certificateHold' })),
    }));
    const spy = jest.spyOn(cms, 'devices').mockResolvedValue(listed);
    const flaws = await findFlaws(workplace, TRIES);
    spy.mockRestore();
    expect(flaws).toContain('the CMS does not list one good certificate in 9A');
  });

  it('sees a missing try', async () => {
    workplace.card.state.puk.triesLeft = 2;
    await expect(findFlaws(workplace, TRIES)).resolves.toEqual(['its tries are 3,2, and were 3,3']);
  });

  it('sees a missing certificate, and one for another key', async () => {
    const { objects, keys } = workplace.card.state;
    objects.delete(CERTIFICATE_9C);
    const [ofAuthentication, ofKeyManagement] = [keys.get(0x9a), keys.get(0x9d)];
    if (!ofAuthentication || !ofKeyManagement) throw new Error('a key is missing');
    keys.set(0x9a, ofKeyManagement);
    await expect(findFlaws(workplace, TRIES)).resolves.toEqual([
      'the certificate in 9A is for another key',
      'there is no certificate in 9C',
    ]);
  });

  it('sees secrets that only the card holds, because the store forgot a confirmed escrow', async () => {
    await cms.clear();
    workplace = await Workplace.open({ cms, profile: 'yubikey', keys: new KeyPool().source() });
    const end = await workplace.session('issue', {
      ambushes: () => [{ at: LAST_BEFORE_ESCROW, strike: () => cms.breakNextTransaction('forgotten') }],
    });
    expect(end).toMatchObject({ kind: 'error' });
    await expect(findLosses(workplace)).resolves.toEqual([
      'nobody knows its management key',
      'nobody knows its PUK',
      'nobody knows its PIN',
    ]);
  });

  it('sees a device that became active without a read-back, or before its PIN was changed', async () => {
    const { history, state } = workplace.card;
    history.push({ number: 0, ins: PUT_DATA, p1: 0x3f, p2: 0xff, statusWord: 0x9000 });
    state.pin.value = Buffer.from('123456\xff\xff', 'latin1');
    await expect(findHaste(workplace)).resolves.toEqual([
      'active after 0 objects were read back',
      'active before its PIN was changed',
    ]);
  });
});
