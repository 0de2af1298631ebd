// Alone proves: a hostile page gets nothing of a real host.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { PortalUser } from '@cardwright/stage';
import { WIRE_SCRIPT } from '../../support/fake-portal.js';
import { WireSession } from '../../support/wire-page.js';
import { heldAt } from '../../support/workplace/faults.js';
import type { StagedCard } from '../../support/workplace/staged-card.js';
import { expectUsable } from '../../support/workplace/silicon.js';
import { Workplace } from '../../support/workplace/workplace.js';
import { everyOrOneIn } from '../../support/thorough.js';

const PIN = '739154';
const MEGABYTES_2 = 2 * 1024 * 1024;
/** The APDU during which the card's keys are made. */
const KEYS_MADE = { yubikey: 46, piv: 30 } as const;

let place: Workplace;
let alice: PortalUser;
beforeAll(async () => {
  place = await Workplace.open({ photographs: 'branches' });
  alice = await place.trustedEmployee();
  await alice.page.evaluateOnNewDocument(WIRE_SCRIPT);
  await alice.reload();
});
afterEach(() => place.tidyUp({ keep: alice }));
afterAll(() => place.close());

/** Tries everything that a script in the page can. Each attempt is refused with the documented error. */
async function attack(session: WireSession): Promise<void> {
  await expect(session.code('pin.verify', { secrets: { pin: { source: 'user' } } })).resolves.toBe('NOT_INITIALIZED');
  expect((await session.initialize()).error).toBeUndefined();
  await expect(session.code('initialize', {})).resolves.toBe('INVALID_PARAMS');
  expect((await session.initialize()).error?.data.name).toBe('ALREADY_INITIALIZED');
  for (const method of ['device.steal', '__proto__', 'constructor', 'user.enterSecrets', 'session.ended'])
    await expect(session.code(method)).resolves.toBe('METHOD_NOT_FOUND');
  for (const params of [{}, { device: 7 }, { device: null }, { device: 'serial:1', force: true }])
    await expect(session.code('device.open', params)).resolves.toBe('INVALID_PARAMS');
  for (const pin of [PIN, { source: 'user', value: PIN }, { source: 'page', value: PIN }])
    await expect(session.code('pin.verify', { secrets: { pin } })).resolves.toBe('INVALID_PARAMS');
  for (const method of ['device.reset', 'credentials.apply', 'key.generate', 'certificate.write'])
    await expect(session.code(method)).resolves.toBe('STEP_REQUIRED');
  await session.postJson('{"jsonrpc":"2.0","id":901,"method":"device.list","params":{"__proto__":{"a":1}}}');
  await session.post({ jsonrpc: '2.0', id: 902, method: 'device.list', params: { x: 'x'.repeat(MEGABYTES_2) } });
  expect((await session.failure(901)).error?.data.name).toBe('INVALID_MESSAGE');
  expect((await session.failure(902)).error?.data.name).toBe('MESSAGE_TOO_LARGE');
  await session.post('junk');
  expect((await session.failure(null)).error?.data.name).toBe('INVALID_MESSAGE');
  // Answers to possible questions of the host, in any session.
  for (let id = 0; id < 20; id += 1) {
    await session.post({ jsonrpc: '2.0', id, result: { secrets: { newPin: 'forged' } } });
    await alice.page.evaluate((of) => postMessage({ jsonrpc: '2.0', id: of, result: {} }, '*'), id);
  }
}

/** CHANGE REFERENCE DATA of the PIN (SP 800-73-4 Part 2, 3.2.2). */
const CHANGE_PIN = '240080';

/**
 * Lists the card's commands during the issuance, up to its new PIN, in order; without GET RESPONSE and the blocks of a chain, whose
 * number depends on lengths.
 */
function asked({ apdus }: StagedCard): string[] {
  const all = apdus.map((line) => line.split(' ')[1] ?? '').filter((header) => header !== 'C00000');
  const issued = all.slice(0, all.lastIndexOf(CHANGE_PIN) + 1);
  return issued.filter((header, index) => header !== issued[index - 1]);
}

describe.each(everyOrOneIn(2, ['yubikey', 'piv'] as const))(
  'while a %s is issued, a hostile script in the same page',
  (kind) => {
    const issue = async (meanwhile: () => Promise<void>): Promise<string[]> => {
      const card = await place.insert(kind, heldAt(KEYS_MADE[kind]));
      await alice.addDevice();
      await card.isHeld();
      await meanwhile();
      card.release();
      await alice.choosePin(PIN);
      await alice.wizard.closes();
      const all = asked(card);
      await expectUsable(place.stage, card, PIN);
      await card.pull();
      return all;
    };

    it('is refused whatever it sends, and the card gets the same commands as without it', async () => {
      const undisturbed = await issue(() => Promise.resolve());
      const disturbed = await issue(async () => {
        const session = await WireSession.open(alice.page);
        await attack(session);
        expect((await session.call('device.list')).result).toMatchObject({ devices: [{ state: 'held' }] });
        await session.close();
      });
      expect(disturbed).toEqual(undisturbed);
    });
  },
);
