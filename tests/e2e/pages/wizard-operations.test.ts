import { describe, expect, it } from '@jest/globals';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import { blankYubikey } from '../../support/device-facts.js';
import { OPERATION_ELEMENTS, TESTED_KINDS, type TestedKind } from '../../support/operation-elements.js';
import { textOf } from '../../support/page-stage.js';
import { playOf } from '../../support/scripted-stages.js';
import { thoroughIt } from '../../support/thorough.js';
import { WizardScene } from '../../support/wizard-scene.js';
import type { WizardUser } from '../../support/wizard-user.js';

/** The differences between operations. */
interface Row {
  /** Names of its steps. */
  readonly steps: readonly string[];
  /** Heading above devices that it cannot be done on. */
  readonly notUsable: string;
  /** Hint among several devices. */
  readonly chooseHint: string;
  /** Shown when it is done. */
  readonly done: string;
  /** The phase in which its user leaves it, and the wizard's words in that phase. */
  readonly restsAt: { readonly phase: string; readonly words: string };
  /** The proofs that the CMS demands again before it continues on another computer. */
  readonly wantsAgain: readonly ('proof' | 'code')[];
}

/** An operation without its row does not compile. */
const OPERATIONS: Readonly<Record<TestedKind, Row>> = {
  issue: {
    steps: ['Check Computer', 'Check Device', 'Set Up Device', 'Change PIN'],
    notUsable: 'Connected, but can’t be set up',
    chooseHint: 'Which one do you want to set up?',
    done: 'Your YubiKey is ready',
    restsAt: { phase: 'certificates', words: 'Writing your certificates' },
    wantsAgain: [],
  },
  'change-pin': {
    steps: ['Check Computer', 'Check Device', 'Change PIN'],
    notUsable: 'Connected, but its PIN can’t be changed here',
    chooseHint: 'For which one do you want another PIN?',
    done: 'Your PIN is changed',
    restsAt: { phase: 'pin', words: 'Enter your PIN and a new one in the Cardwright window' },
    wantsAgain: [],
  },
  unlock: {
    steps: ['Check Computer', 'Check Device', 'New PIN'],
    notUsable: 'Connected, but can’t get a new PIN here',
    chooseHint: 'Which one is to get a new PIN?',
    done: 'Your new PIN is set',
    restsAt: { phase: 'secure', words: 'Securing your device' },
    wantsAgain: ['proof', 'code'],
  },
  erase: {
    steps: ['Check Computer', 'Check Device', 'Erase Device'],
    notUsable: 'Connected, but can’t be given back here',
    chooseHint: 'Which one do you want to give back?',
    done: 'Your YubiKey is erased',
    restsAt: { phase: 'erase', words: 'Erasing your device' },
    wantsAgain: [],
  },
  stamp: {
    steps: ['Check Computer', 'Check Device', 'Your device'],
    notUsable: 'Connected, but can’t be used for this',
    chooseHint: 'Which one do you mean?',
    done: 'Done',
    restsAt: { phase: 'stamp', words: 'Stamping your device' },
    wantsAgain: [],
  },
};

const ROWS = TESTED_KINDS.map((kind) => ({ kind, ...OPERATION_ELEMENTS[kind], ...OPERATIONS[kind] }));
type Operation = (typeof ROWS)[number];
const CODE = '40718293';
const mine = blankYubikey('11223344');
const another = blankYubikey('55667788');
const scene = WizardScene.forTests();

const open = ({ dialog }: Operation, ...devices: DeviceInfo[]): Promise<WizardUser> =>
  scene.addDevice({ devices }, dialog);

/** Expects that the operation is done with the device and nothing else, opened so many times, and that the page is notified. */
async function isDone(user: WizardUser, { done, event }: Operation, device: DeviceInfo, times = 1): Promise<void> {
  await user.sees('ready');
  await user.reads(done);
  await user.closes();
  expect(await user.opened()).toEqual(Array<string>(times).fill(device.id));
  expect(await user.heard()).toEqual([event, 'cardwright-closed']);
}

/** Gives the proof that the CMS demands before it starts an operation. */
async function answer(user: WizardUser, wanted: 'proof' | 'code'): Promise<void> {
  await user.sees(wanted === 'proof' ? 'prove' : 'code');
  scene.cms.wantsProof = false;
  await user.page.keyboard.type(wanted === 'proof' ? 'right' : CODE);
  await user.press('Enter');
}

/** The operation that asks for the most proofs. What is alike in all is walked through in its wizard. */
const KEPT = 'unlock';

describe.each(ROWS)('the wizard of the operation $kind', (row) => {
  const { kind } = row;
  const itInOne: typeof thoroughIt = kind === KEPT ? it : thoroughIt;

  it('has its steps, and without a device waits until one is inserted', async () => {
    const user = await open(row);
    await user.sees('connect');
    expect(await user.steps()).toEqual(row.steps);
    expect(await user.focused()).toBe('Connect your device');
    expect(scene.cms.kinds).toEqual([]);
    await user.setDevices(mine);
    await isDone(user, row, mine);
    expect(scene.cms.kinds).toEqual([kind]);
  });

  itInOne('names the wrong device with the reason, and continues by itself when the right one comes', async () => {
    scene.cms.refused.set(another.id, 'This device belongs to someone else.');
    const user = await open(row, another);
    await user.sees('connect');
    await user.reads(row.notUsable);
    const named = await textOf(user.page, 'cardwright-device-picker');
    expect(named).toContain('55667788');
    expect(named).toContain('This device belongs to someone else.');
    expect(await user.announced()).toBe('YubiKey: This device belongs to someone else.');
    await user.setDevices(another, mine);
    await isDone(user, row, mine);
  });

  itInOne('takes none of several devices until its user has chosen one', async () => {
    const user = await open(row, mine, another);
    await user.sees('choose');
    await user.reads(row.chooseHint);
    expect(await user.page.$('>>> #next:disabled')).not.toBeNull();
    expect(await user.opened()).toEqual([]);
    await user.select('55667788');
    await user.click('#next');
    await isDone(user, row, another);
  });

  itInOne('is run by <cardwright-operation> too', async () => {
    const user = await scene.arrive({ devices: [mine] }, 'cardwright-operation');
    await user.page.$eval('cardwright-operation', (one, wanted) => one.setAttribute('kind', wanted), kind);
    await user.page.click('#add');
    await isDone(user, row, mine);
    expect(scene.cms.kinds).toEqual([kind]);
  });

  itInOne("continues on another computer, and asks there again for the CMS's proofs", async () => {
    const { restsAt, wantsAgain } = row;
    const here = await scene.addDevice({ devices: [mine], held: [restsAt.phase] }, row.dialog);
    await here.isHeld();
    await here.reads(restsAt.words);

    scene.cms.calls.length = 0;
    scene.cms.wantsProof = wantsAgain.includes('proof');
    scene.cms.code = wantsAgain.includes('code') ? CODE : null;
    const there = await scene.arriveElsewhere({ devices: [mine] }, row.dialog);
    await there.page.evaluate(() => window.offerProof());
    await there.page.click('#add');
    for (const wanted of wantsAgain) await answer(there, wanted);
    await isDone(there, row, mine, wantsAgain.length + 1);
    expect(scene.cms.kinds).toEqual([kind, kind]);
    // Only the remaining part.
    const { stages } = playOf(kind);
    const isLeft = stages.length - stages.findIndex(({ phase }) => phase === restsAt.phase);
    expect(scene.cms.calls.filter((path) => path.endsWith('/results'))).toHaveLength(isLeft);

    await here.page.bringToFront();
    await here.release();
    await here.sees('error');
    await here.reads('OPERATION_MOVED');
    expect(await here.heard()).toEqual([]);
  });
});
