import { describe, expect, it } from '@jest/globals';
import {
  capabilitiesOf,
  commands,
  isMethod,
  isPageMethod,
  isStepMethod,
  pageCommands,
  validate,
} from '@cardwright/protocol';
import { PROTOCOL_RANGE, agreeOnVersion, isSince } from '@cardwright/protocol/messages';
import { REDACTED, redactParams, redactResult } from '@cardwright/protocol/trace';

const USER = { source: 'user' } as const;
const methods = Object.keys(commands).filter(isMethod);

describe('the command table', () => {
  it('lets no command of class manage come from the page by itself', () => {
    const manage = methods.filter((name) => commands[name].permission === 'manage' && name !== 'step.run');
    expect(manage.length).toBeGreaterThan(8);
    expect(manage.filter(isPageMethod)).toEqual([]);
    expect(manage.filter((name) => !isStepMethod(name))).toEqual([]);
  });

  it('lets no step take, give back or look for devices, nor run another step, nor reach the extension', () => {
    const pageOnly = methods.filter((name) => !isStepMethod(name));
    const ofSession = ['step.run', 'diagnostics.run', 'device.list', 'device.open', 'device.close'];
    expect(pageOnly).toEqual(expect.arrayContaining(ofSession));
    expect(pageOnly).toEqual(
      expect.arrayContaining(methods.filter((name) => commands[name].handledBy === 'extension')),
    );
    expect(methods.filter((name) => !isPageMethod(name) && !isStepMethod(name))).toEqual([]);
  });

  it('gives a page what may come from it, and not what it would carry in vain', () => {
    expect(Object.entries(pageCommands)).toEqual(
      Object.entries(commands).filter(([, { reach }]) => reach.includes('page')),
    );
    expect(isPageMethod('constructor')).toBe(false);
  });

  it('lets nothing that uses the open card run beside what else uses it', () => {
    const concurrent = methods.filter((name) => commands[name].concurrent);
    expect(concurrent.filter(isStepMethod)).toEqual([]);
    expect(concurrent).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(step\.run|device\.(open|close))$/)]),
    );
  });

  it.each(['extension', 'host'] as const)('gives the %s the capabilities of what it answers, each once', (side) => {
    const given = capabilitiesOf(side);
    const own = methods.filter((name) => commands[name].handledBy === side).map((name) => commands[name].capability);
    expect(given.filter((one, index) => given.indexOf(one) !== index)).toEqual([]);
    expect(given.toSorted()).toEqual([...new Set<string>(own)].toSorted());
    expect(given.length).toBeGreaterThan(3);
  });

  it('has no member in which a page could send a PIN', () => {
    const newPin = { source: 'user', pin: '123456' };
    const params = { rules: null, secrets: { pin: { source: 'session' }, newPin } };
    expect(() => validate(commands['pin.change'].params, params)).toThrow(
      expect.objectContaining({ code: 'INVALID_PARAMS' }),
    );
  });

  it.each([
    ['pin.change', { pin: USER }, 'newPin'],
    ['pin.unblock', { puk: USER }, 'newPin'],
    ['fido.setPin', {}, 'newFidoPin'],
    ['fido.changePin', { fidoPin: USER }, 'newFidoPin'],
  ] as const)('lets the user alone choose the new PIN of %s', (method, others, name) => {
    const from = (source: object) => () =>
      validate(commands[method].params, { rules: null, secrets: { ...others, [name]: source } });
    expect(from(USER)).not.toThrow();
    for (const source of [{ source: 'session' }, { source: 'cms', sealed: 'a.b.c.d.e' }])
      expect(from(source)).toThrow(expect.objectContaining({ code: 'INVALID_PARAMS' }));
  });

  it('names the wrong member, but not its value', () => {
    const problem = { slot: '9A', algorithm: 'secret-4711', pinPolicy: 'once', touchPolicy: 'never' };
    expect(() => validate(commands['key.generate'].params, problem)).toThrow(
      expect.objectContaining({
        data: expect.objectContaining({ path: 'algorithm', problem: expect.not.stringContaining('4711') }),
      }),
    );
  });

  it('does not take a name of the prototype for a command', () => {
    for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) expect(isMethod(name)).toBe(false);
  });
});

describe('redaction', () => {
  it('replaces what the table marks, also inside unions and optional members', () => {
    const jwe = 'a.b.c.d.e';
    const shown = JSON.stringify([
      redactParams('credentials.restore', {
        digest: 'd'.repeat(43),
        secrets: { puk: { source: 'cms', sealed: jwe }, pin: { source: 'cms', sealed: jwe } },
      }),
      redactParams('csr.create', { slot: '9A', commonName: 'A', secrets: { pin: { source: 'cms', sealed: jwe } } }),
    ]);
    expect(shown).not.toContain(jwe);
    expect(shown).toContain('"source":"cms"');
    expect(redactResult('managementKey.getChallenge', { algorithm: '3DES', witness: 'AAAA' })).toEqual({
      algorithm: '3DES',
      witness: REDACTED,
    });
    expect(JSON.stringify(redactResult('user.enterSecrets', { sealed: { newPin: jwe } }))).not.toContain(jwe);
  });

  it('replaces every text and number of a method that the table does not know', () => {
    expect(redactParams('card.raw', { pin: '123456', deep: [{ x: 'y' }], n: 1 })).toEqual({
      pin: REDACTED,
      deep: [{ x: REDACTED }],
      n: REDACTED,
    });
  });

  it('replaces what is not of the type that the table says', () => {
    for (const pin of ['123456', 123456, ['123456'], { value: 123456 }]) {
      expect(JSON.stringify(redactParams('pin.verify', { secrets: { pin } }))).not.toContain('123456');
    }
  });

  it('replaces members that the table does not know', () => {
    expect(redactParams('device.open', { device: 'yubikey:1', pin: '123456' })).toEqual({
      device: 'yubikey:1',
      pin: REDACTED,
    });
  });
});

describe('versions', () => {
  const at = (min: [number, number], max: [number, number]) => ({
    min: { major: min[0], minor: min[1] },
    max: { major: max[0], minor: max[1] },
  });

  it('agree on the highest common one', () => {
    expect(agreeOnVersion(at([1, 0], [2, 1]), at([1, 2], [2, 0]))).toEqual({ version: { major: 2, minor: 0 } });
    expect(agreeOnVersion(PROTOCOL_RANGE, PROTOCOL_RANGE)).toEqual({ version: PROTOCOL_RANGE.max });
  });

  it('or tell who is older', () => {
    expect(agreeOnVersion(at([1, 0], [1, 4]), at([2, 0], [2, 0]))).toEqual({ older: 'ours' });
    expect(agreeOnVersion(at([2, 0], [2, 0]), at([1, 0], [1, 4]))).toEqual({ older: 'theirs' });
  });

  it('have what came with an earlier one', () => {
    const has = (major: number, minor: number) => isSince({ major, minor }, { major: 2, minor: 1 });
    expect([has(2, 0), has(1, 9)]).toEqual([false, false]);
    expect([has(2, 1), has(3, 0)]).toEqual([true, true]);
  });
});
