import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CardState, ProfileName } from '@cardwright/virtual-card';
import { traces } from '../support/card-secrets.js';
import { CardCopy } from './support/card-copy.js';
import { CANCEL, Keypad, type KeypadMessage, type KeypadTraits } from './support/keypad.js';
import { KeyPool } from './support/key-pool.js';
import { MemoryCms } from './support/memory-cms.js';
import { Workplace, type WorkplaceOptions } from './support/workplace.js';

const PINS = ['739154', '862713', '284619'] as const;

const pool = new KeyPool();
let cms: MemoryCms;
beforeAll(async () => {
  cms = await MemoryCms.open({ algorithm: 'P-256', pinpad: 'required' });
});
afterAll(() => cms.close());
beforeEach(() => cms.clear());

/** A person who enters everything at the reader, and has a PIN as soon as the reader has been given it twice. */
class Person {
  pin = '';
  next = '';

  readonly press = (message: KeypadMessage): string => {
    if (message === 'again') this.pin = this.next;
    return message === 'pin' ? this.pin : this.next;
  };
}

type Desk = Pick<WorkplaceOptions, 'keys'> & ({ readonly profile: ProfileName } | { readonly state: CardState });

/** Opens a workplace whose reader has a keypad, and whose user notes what a window asks to type: nothing. */
async function openDesk(person: Pick<Person, 'press'>, desk: Desk, traits: KeypadTraits = {}) {
  const keypad = new Keypad(person.press, traits);
  const workplace = await Workplace.open({ cms, keypad, apdus: true, ...desk });
  const typed: string[] = [];
  const page: string[] = [];
  workplace.forge = (outcomes) => {
    page.push(JSON.stringify(outcomes));
    return outcomes;
  };
  workplace.onAnswer = (_at, answer) => {
    page.push(JSON.stringify(answer));
    return Promise.resolve();
  };
  workplace.user = {
    ...workplace.user,
    choosePin: (secret) => {
      typed.push(secret);
      return null;
    },
  };
  return { workplace, keypad, typed, page };
}

async function expectDone(workplace: Workplace, kind: Parameters<Workplace['session']>[0]): Promise<void> {
  workplace.card.insert();
  expect([kind, await workplace.session(kind)]).toMatchObject([kind, { kind: 'answered', answer: { state: 'done' } }]);
}

/**
 * Finds these PINs in what programs sent to the reader, in what the page brought and got, in the messages between extension and host, in the host's log and
 * trace, and in the store of the CMS.
 */
function leaksOf({ workplace, keypad, page }: Omit<Awaited<ReturnType<typeof openDesk>>, 'typed'>): string[] {
  const places = {
    reader: Buffer.concat(keypad.heard),
    page: page.join('\n'),
    trace: workplace.trace.join('\n'),
    store: JSON.stringify(cms.contents),
  };
  return Object.entries(places).flatMap(([place, text]) =>
    PINS.filter((pin) => traces(Buffer.from(pin)).some((form) => Buffer.from(text).includes(form))).map(
      (pin) => `${place}: PIN ${String(PINS.indexOf(pin))}`,
    ),
  );
}

describe.each(['yubikey', 'piv'] as const)('a %s in a reader with a keypad', (profile) => {
  it('is issued, gets another PIN, is unlocked and renewed, with no key pressed on the keyboard', async () => {
    const person = new Person();
    const desk = await openDesk(person, { keys: pool.source(), profile });
    const { workplace, keypad, typed } = desk;
    const { state } = workplace.card;

    [person.next] = PINS;
    await expectDone(workplace, 'issue');
    for (const { id, state: now } of await cms.devices()) if (now === 'awaiting-approval') await cms.act(id, 'approve');
    expect(await CardCopy.of(state).acceptsPin(PINS[0])).toBe(true);
    expect(keypad.shown.slice(-3)).toEqual(['new', 'again', 'pin']);

    person.next = PINS[1];
    await expectDone(workplace, 'change-pin');
    expect(await CardCopy.of(state).acceptsPin(PINS[1])).toBe(true);

    state.pin.triesLeft = 0;
    person.next = PINS[2];
    await expectDone(workplace, 'unlock');
    expect(await CardCopy.of(state).acceptsPin(PINS[2])).toBe(true);

    await expectDone(workplace, 'renew');
    expect([typed, leaksOf(desk)]).toEqual([[], []]);
    await expect(cms.devices()).resolves.toMatchObject([{ state: 'active' }]);
    // Something was scanned: the page brought results, and the reader heard the commands that it completed, with nothing in the place of a PIN.
    for (const method of ['pin.change', 'pin.unblock', 'csr.create']) expect(desk.page.join()).toContain(`"${method}"`);
    expect(Buffer.concat(keypad.heard).includes(Buffer.from(`0020008008${'ff'.repeat(8)}`, 'hex'))).toBe(true);
  });

  it('is resumed at an honest reader after one that lied about the new PIN', async () => {
    const person = new Person();
    const keys = pool.source();
    [person.pin, person.next] = [PINS[0], PINS[0]];
    const lied = await openDesk(person, { keys, profile }, { lie: 'sends-nothing' });
    await expect(lied.workplace.session('issue')).resolves.toMatchObject({
      kind: 'error',
      error: { code: 'PINPAD_UNUSABLE', data: { reason: 'lied' } },
    });
    expect(await cms.devices()).not.toMatchObject([{ state: 'active' }]);
    const { state } = lied.workplace.card;
    lied.workplace.card.pull();
    const honest = await openDesk(person, { keys, state });
    await expectDone(honest.workplace, 'issue');
    expect(await CardCopy.of(state).acceptsPin(PINS[0])).toBe(true);
    expect([honest.typed, leaksOf(honest), leaksOf(lied)]).toEqual([[], [], []]);
  });

  it('is resumed with another PIN after its user did not confirm the first one', async () => {
    const person = new Person();
    const keys = pool.source();
    [person.next] = PINS;
    const press = (message: KeypadMessage): string => (message === 'pin' ? CANCEL : person.press(message));
    const first = await openDesk({ press }, { keys, profile });
    await expect(first.workplace.session('issue')).resolves.toMatchObject({ error: { code: 'PIN_UNCONFIRMED' } });
    const { state } = first.workplace.card;
    expect(await CardCopy.of(state).acceptsPin(PINS[0])).toBe(true);
    first.workplace.card.pull();
    person.next = PINS[1];
    const second = await openDesk(person, { keys, state });
    await expectDone(second.workplace, 'issue');
    expect(await CardCopy.of(state).acceptsPin(PINS[1])).toBe(true);
    expect([second.typed, leaksOf(first), leaksOf(second)]).toEqual([[], [], []]);
  });
});

it('leaks are found where there are any', async () => {
  const person = new Person();
  const desk = await openDesk(person, { keys: pool.source(), profile: 'yubikey' });
  desk.workplace.trace.push(`PIN ${PINS[0]}`);
  desk.keypad.heard.push(Buffer.from(PINS[1]));
  desk.page.push(Buffer.from(PINS[2]).toString('base64url'));
  expect(leaksOf(desk)).toEqual(['reader: PIN 1', 'page: PIN 2', 'trace: PIN 0']);
});
