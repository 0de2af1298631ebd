import { expect } from '@jest/globals';

type Mode = 'exclusive' | 'shared';
type Disposition = 'leave' | 'reset';

/** A program that uses the card of one reader, and is refused where it would have to wait for another program's transaction. */
export interface RuledProgram {
  connect(mode: Mode): Promise<unknown>;
  reconnect(disposition: Disposition): Promise<unknown>;
  disconnect(disposition: Disposition): Promise<unknown>;
  begin(): Promise<unknown>;
  end(disposition: Disposition): Promise<unknown>;
  transmit(apdu: string): Promise<unknown>;
  kill(): Promise<unknown>;
}

/** `ours` calls as the host does. */
type Name = 'ours' | 'theirs' | 'third';
type Calls = { readonly [M in keyof RuledProgram]: readonly [M, ...Parameters<RuledProgram[M]>] }[keyof RuledProgram];
/** Who calls what, and the outcome: `ok`, a status word or a return code of PC/SC; after `waits: ` if only a later call of the rule brings it. */
type Call = readonly [who: Name, call: Calls, outcome: string];

const WAITS = 'waits: ';

const SELECT_PIV = '00A4040005A000000308';
/** VERIFY with the factory's PIN, with a wrong one, and without one, which tells whether a PIN is verified. */
const VERIFY = '0020008008313233343536FFFF';
const VERIFY_WRONG = '0020008008393939393939FFFF';
const IS_VERIFIED = '00200080';

/** Return codes of pcsclite.h: SCARD_E_SHARING_VIOLATION, SCARD_W_RESET_CARD. */
const [TAKEN, RESET_CARD] = ['8010000b', '80100068'];

const LOGIN: readonly Call[] = [
  ['ours', ['transmit', SELECT_PIV], '9000'],
  ['ours', ['transmit', VERIFY], '9000'],
];
const BOTH_CONNECTED: readonly Call[] = [
  ['theirs', ['connect', 'shared'], 'ok'],
  ['ours', ['connect', 'shared'], 'ok'],
];
const SHARED: readonly Call[] = [
  ...BOTH_CONNECTED,
  ['ours', ['begin'], 'ok'],
  ['ours', ['reconnect', 'reset'], 'ok'],
  ...LOGIN,
];
const STILL_LOGGED_IN: Call = ['ours', ['transmit', IS_VERIFIED], '9000'];

/** The rules by which pcsc-lite gives one card to several programs. The real pcscd and the simulated readers are held to the same table. */
export const SERVICE_RULES: Readonly<Record<string, readonly Call[]>> = {
  'an exclusive connection keeps every other program out': [
    ['ours', ['connect', 'exclusive'], 'ok'],
    ...LOGIN,
    ['theirs', ['connect', 'shared'], TAKEN],
    ['theirs', ['connect', 'exclusive'], TAKEN],
    STILL_LOGGED_IN,
    ['ours', ['disconnect', 'reset'], 'ok'],
    ['theirs', ['connect', 'shared'], 'ok'],
    ['theirs', ['transmit', SELECT_PIV], '9000'],
    ['theirs', ['transmit', IS_VERIFIED], '63C3'],
  ],
  'a shared connection keeps an exclusive one out': [
    ['theirs', ['connect', 'shared'], 'ok'],
    ['ours', ['connect', 'exclusive'], TAKEN],
    ['theirs', ['disconnect', 'leave'], 'ok'],
    ['ours', ['connect', 'exclusive'], 'ok'],
  ],
  'a transaction keeps every call of another program out': [
    ...SHARED,
    ['theirs', ['transmit', SELECT_PIV], TAKEN],
    ['theirs', ['transmit', VERIFY_WRONG], TAKEN],
    ['theirs', ['begin'], RESET_CARD],
    ['theirs', ['reconnect', 'reset'], TAKEN],
    ['theirs', ['reconnect', 'leave'], TAKEN],
    STILL_LOGGED_IN,
    ['ours', ['end', 'reset'], 'ok'],
    ['theirs', ['transmit', IS_VERIFIED], RESET_CARD],
    ['theirs', ['reconnect', 'leave'], 'ok'],
    ['theirs', ['transmit', SELECT_PIV], '9000'],
    ['theirs', ['transmit', IS_VERIFIED], '63C3'],
  ],
  'a program that connects waits for the end of a transaction': [
    ...SHARED,
    ['third', ['connect', 'shared'], `${WAITS}ok`],
    STILL_LOGGED_IN,
    ['ours', ['end', 'reset'], 'ok'],
  ],
  'a program that wants the card alone waits for the end of a transaction, too': [
    ...SHARED,
    ['third', ['connect', 'exclusive'], `${WAITS}${TAKEN}`],
    STILL_LOGGED_IN,
    ['ours', ['end', 'reset'], 'ok'],
  ],
  'a transaction begins after the end of another': [
    ...BOTH_CONNECTED,
    ['ours', ['begin'], 'ok'],
    ['theirs', ['begin'], `${WAITS}ok`],
    ['ours', ['transmit', SELECT_PIV], '9000'],
    ['ours', ['end', 'leave'], 'ok'],
  ],
  'a transaction does not begin after another that ended with a reset': [
    ...BOTH_CONNECTED,
    ['ours', ['begin'], 'ok'],
    ['theirs', ['begin'], `${WAITS}${RESET_CARD}`],
    ['ours', ['transmit', SELECT_PIV], '9000'],
    ['ours', ['end', 'reset'], 'ok'],
  ],
  'a program that releases the card with a reset waits for the end of the transaction': [
    ...SHARED,
    ['theirs', ['disconnect', 'reset'], `${WAITS}ok`],
    STILL_LOGGED_IN,
    ['ours', ['end', 'reset'], 'ok'],
  ],
  'a program that ends during a transaction of another disturbs nothing': [
    ...SHARED,
    ['theirs', ['kill'], 'ok'],
    STILL_LOGGED_IN,
  ],
  'a program that ends during its own transaction leaves a reset card': [
    ...BOTH_CONNECTED,
    ...LOGIN,
    ['theirs', ['begin'], 'ok'],
    ['ours', ['transmit', IS_VERIFIED], TAKEN],
    ['theirs', ['kill'], 'ok'],
    ['ours', ['transmit', IS_VERIFIED], RESET_CARD],
  ],
  'a program that ends without a transaction leaves the card as it is': [
    ...BOTH_CONNECTED,
    ...LOGIN,
    ['theirs', ['kill'], 'ok'],
    STILL_LOGGED_IN,
  ],
  'without a transaction, the commands of two programs reach the card': [
    ...BOTH_CONNECTED,
    ...LOGIN,
    ['theirs', ['transmit', IS_VERIFIED], '9000'],
    ['theirs', ['transmit', VERIFY_WRONG], '63C2'],
    ['ours', ['transmit', IS_VERIFIED], '63C2'],
  ],
  'a reset by another program is told at the next call, until the program reconnects': [
    ...BOTH_CONNECTED,
    ...LOGIN,
    ['theirs', ['reconnect', 'reset'], 'ok'],
    ['ours', ['begin'], RESET_CARD],
    ['ours', ['transmit', IS_VERIFIED], RESET_CARD],
    ['ours', ['reconnect', 'leave'], 'ok'],
    ['ours', ['begin'], 'ok'],
    ['ours', ['transmit', SELECT_PIV], '9000'],
    ['ours', ['transmit', IS_VERIFIED], '63C3'],
  ],
  'a release with a reset is told to the other program': [
    ...BOTH_CONNECTED,
    ...LOGIN,
    ['theirs', ['disconnect', 'reset'], 'ok'],
    ['ours', ['transmit', IS_VERIFIED], RESET_CARD],
  ],
};

/** Plays the calls of one rule with the programs that `start` starts, and compares each outcome. */
export async function expectRule(
  calls: readonly Call[],
  start: (name: string) => Promise<RuledProgram>,
): Promise<void> {
  const programs = new Map<Name, RuledProgram>();
  const waiting: Promise<void>[] = [];
  let answered = 0;
  for (const [who, call, outcome] of calls) {
    const program = programs.get(who) ?? (await start(who));
    programs.set(who, program);
    const answer = outcomeOf(make(program, call));
    if (outcome.startsWith(WAITS)) {
      const late = answer.finally(() => (answered += 1));
      waiting.push(expect(late).resolves.toBe(outcome.slice(WAITS.length)));
    } else {
      expect([who, ...call, answered]).toEqual([who, ...call, 0]);
      expect([who, ...call, await answer]).toEqual([who, ...call, outcome]);
    }
  }
  await Promise.all(waiting);
}

function make(program: RuledProgram, [method, argument]: Calls): Promise<unknown> {
  switch (method) {
    case 'connect':
      return program.connect(argument);
    case 'reconnect':
    case 'disconnect':
    case 'end':
      return program[method](argument);
    case 'transmit':
      return program.transmit(argument);
    case 'begin':
    case 'kill':
      return program[method]();
  }
}

/** Returns the status word of an answer, `ok`, or the return code of a refusal. */
async function outcomeOf(call: Promise<unknown>): Promise<string> {
  try {
    const answer = await call;
    return typeof answer === 'string' && answer.length >= 4 ? answer.slice(-4) : 'ok';
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return 'code' in error && typeof error.code === 'number' ? error.code.toString(16) : error.message;
  }
}
