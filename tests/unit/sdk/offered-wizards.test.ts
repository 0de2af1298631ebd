import { beforeEach, describe, expect, it } from '@jest/globals';
import { OfferedWizards } from '../../../sdk/src/elements/offered-wizards.js';
import type { Preference } from '../../../sdk/src/elements/wanted-device.js';

const CARD: Preference = { serial: '11223344', guid: null, model: 'yubikey' };

let log: unknown[];
let offered: OfferedWizards;

beforeEach(() => {
  log = [];
  offered = new OfferedWizards();
});

/** Creates a wizard that notes with what it is opened. */
const wizard = (kind: string | null) => ({
  runs: (wanted: string) => wanted === kind,
  open: (options: object) => Promise.resolve(void log.push(kind, options)),
});

const close = () => Promise.resolve(void log.push('closed'));

describe('a dialog leads to the wizard of an operation', () => {
  it('with the same device, after it has closed', async () => {
    for (const kind of ['change-pin', null, 'unlock']) offered.offer(wizard(kind));
    offered.leadTo('unlock', 'the dialog', close)?.(CARD);
    await new Promise(setImmediate);
    expect(log).toEqual(['closed', 'unlock', { prefer: CARD }]);
  });

  it('without a device if none was chosen', async () => {
    offered.offer(wizard('erase'));
    offered.leadTo('erase', 'the dialog', close)?.(null);
    await new Promise(setImmediate);
    expect(log).toEqual(['closed', 'erase', {}]);
  });

  it('but not to itself, to that of another operation, or to one that has left the page', () => {
    const [self, gone] = [wizard('unlock'), wizard('unlock')];
    for (const one of [self, gone, wizard('erase')]) offered.offer(one);
    offered.withdraw(gone);
    expect(offered.leadTo('unlock', self, close)).toBeUndefined();
    expect(offered.has('unlock')).toBe(true);
    offered.withdraw(self);
    expect(offered.has('unlock')).toBe(false);
  });
});
