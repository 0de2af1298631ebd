import { describe, expect, it } from '@jest/globals';
import { PIV_AID } from '../../../../native-host/src/applets/piv/objects.js';
import { PivSession } from '../../../../native-host/src/applets/piv/piv-session.js';
import { readManagementSerial } from '../../../../native-host/src/applets/management.js';
import { SelectedApplication } from '../../../../native-host/src/devices/selected-application.js';
import { ScriptedCard, type Script } from '../piv/scripted-card.js';

const PIN = Buffer.from('739154');
const OTHER_AID = Buffer.from('A0000006472F0001', 'hex');
const SELECT_PIV = '00a4040009a00000030800001000';
const SELECT_OTHER = '00a4040008a0000006472f0001';
const SELECT_MANAGEMENT = '00a4040008a000000527471117';

/** Opens a PIV card with a second application. */
async function open(script: Script = []) {
  const card = new ScriptedCard([
    ...script,
    ['00a40400', '9000'],
    ['0020008008', '9000'],
    ['0087', '7c0482020a0b9000'],
  ]);
  const selected = new SelectedApplication(card);
  const channel = selected.channelTo(PIV_AID, { onDeselected: () => piv.deselected() });
  const piv: PivSession = await PivSession.select(channel, { extendedLength: false, announced: false });
  const other = selected.channelTo(OTHER_AID);
  const selectOther = () => other.transmit(Buffer.from(SELECT_OTHER, 'hex'));
  card.received.length = 0;
  return { card, piv, selected, selectOther };
}

describe('the application that is selected', () => {
  it('loses its PIN and management key state when another one is selected', async () => {
    const { piv, selectOther } = await open();
    await piv.pins.verifyPin(PIN);
    await piv.managementKey.authenticate('AES-192', Buffer.alloc(16), Buffer.alloc(16));
    expect([piv.pins.hasVerified(PIN), piv.managementKey.isProved]).toEqual([true, true]);
    await selectOther();
    expect([piv.pins.hasVerified(PIN), piv.managementKey.isProved]).toEqual([false, false]);
  });

  it('is selected once more before its next command', async () => {
    const { card, piv, selectOther } = await open();
    await selectOther();
    await piv.pins.verifyPin(PIN);
    await piv.pins.verifyPin(PIN);
    expect(card.received.map((apdu) => apdu.slice(0, 28))).toEqual([
      SELECT_OTHER,
      SELECT_PIV,
      expect.stringMatching(/^00200080/),
      expect.stringMatching(/^00200080/),
    ]);
  });

  it('ends a command with a card error if the card answers its selection without a status word', async () => {
    for (const answer of ['', '90']) {
      const silent = new ScriptedCard([['00a40400', answer]]);
      const channel = new SelectedApplication(silent).channelTo(OTHER_AID);
      await expect(channel.transmit(Buffer.from('80108000', 'hex'))).rejects.toMatchObject({ code: 'CARD_ERROR' });
    }
  });

  it('is unknown after a failed selection: the next command selects its own again', async () => {
    const { card, piv, selectOther } = await open([[SELECT_OTHER, '6a82']]);
    await piv.pins.verifyPin(PIN);
    await selectOther();
    expect(piv.pins.hasVerified(PIN)).toBe(false);
    await piv.pins.verifyPin(PIN);
    expect(card.received.slice(1).map((apdu) => apdu.slice(2, 4))).toEqual(['a4', 'a4', '20']);
  });

  it('gets no command of an application that the card no longer selects', async () => {
    let answers = ['9000', '6a82'];
    const { card, piv, selectOther } = await open([[SELECT_PIV, () => answers.shift() ?? '9000']]);
    answers = ['6a82'];
    await selectOther();
    await expect(piv.pins.verifyPin(PIN)).rejects.toMatchObject({
      code: 'CARD_ERROR',
      data: { statusWord: '6A82', instruction: 'select' },
    });
    expect(card.sent('20')).toEqual([]);
  });
});

describe("the serial number of Yubico's management application", () => {
  const config = (content: string): Script => [
    ['001d0000', `${(content.length / 2).toString(16).padStart(2, '0')}${content}9000`],
  ];

  it.each<[string, Script, string | null]>([
    ['is told', config('0102001002047fffffff'), '2147483647'],
    ['is missing', config('01020010'), null],
    ['is hidden', config('020400000000'), null],
    ['has another length', config('02021234'), null],
    ['is cut short', [['001d0000', '0a0204019000']], null],
    ['is refused', [['001d0000', '6d00']], null],
    ['is no answer at all', [['001d0000', '90']], null],
    ['is not there, for there is no such application', [[SELECT_MANAGEMENT, '6a82']], null],
  ])('%s', async (_, script, serial) => {
    const { selected } = await open(script);
    const channel = selected.channelTo(Buffer.from(SELECT_MANAGEMENT.slice(10), 'hex'));
    await expect(readManagementSerial(channel)).resolves.toBe(serial);
  });
});
