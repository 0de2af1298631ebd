import { describe, expect, it } from '@jest/globals';
import { commands, isCardwrightError, validate } from '@cardwright/protocol';
import { userRequests } from '@cardwright/protocol/command-definitions';
import { publicJwk, type PublicJwkSet } from '@cardwright/protocol/schemas';
import { signStep, type StepPayload } from '@cardwright/protocol/steps';
import { exportJWK, generateKeyPair } from 'jose';
import {
  StepsUnderWay,
  type AskedPasskey,
  type StepBinding,
} from '../../../../extension/src/background/passkeys/steps-under-way.js';
import { blankYubikey } from '../../../support/device-facts.js';

const SITE = 'https://portal.example.com';
const DEVICE = blankYubikey('12345678');
const SESSION = 'S'.repeat(43);
const OPTIONS = {
  rp: { id: 'login.microsoft.com', name: 'Microsoft' },
  user: { id: 'YWxpY2U', name: 'alice', displayName: 'Alice' },
  challenge: 'Y2hhbGxlbmdl',
  pubKeyCredParams: [{ type: 'public-key' as const, alg: -7 }],
  extensions: { credProps: true, other: { a: 1, b: [1, 2] } },
};
const ORDER = { way: 'window' as const, origin: 'https://login.microsoft.com', options: OPTIONS };
const ASKED: AskedPasskey = validate(userRequests['user.createPasskey'].params, {
  ...ORDER,
  device: DEVICE,
  operation: 'operation-1',
  temporaryPin: null,
});

const [cms, other] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256')]);
const keys: PublicJwkSet = {
  keys: [validate(publicJwk, { ...(await exportJWK(cms.publicKey)), kid: 'sig', use: 'sig' })],
};
const BINDING: StepBinding = { cms: keys, origin: SITE, session: SESSION };

const order = (changed: object = {}) => ({
  method: 'fido.createCredential',
  params: validate(commands['fido.createCredential'].params, {
    ...ORDER,
    proof: null,
    pin: 'separate',
    mayForget: false,
    secrets: { fidoPin: null },
    ...changed,
  }),
});

const sign = (changed: Partial<StepPayload> = {}, signer = cms.privateKey): Promise<string> =>
  signStep(
    {
      origin: SITE,
      operation: 'operation-1',
      number: 1,
      device: DEVICE.id,
      card: { model: 'yubikey', serial: null, guid: null, certificates: [] },
      session: SESSION,
      expires: Math.floor(Date.now() / 1000) + 60,
      commands: [order()],
      ...changed,
    },
    signer,
    'sig',
  );

const reasonOf = (error: unknown): string =>
  isCardwrightError(error, 'STEP_REFUSED') ? `STEP_REFUSED ${error.data.reason}` : String(error);

/** Returns the extension's decision while these steps are running: `taken`, or the reason of a refusal. */
async function decide(
  jws: readonly string[],
  asked = ASKED,
  binding = BINDING,
  steps = new StepsUnderWay(),
): Promise<string> {
  const take = () => steps.take(asked, binding).then(() => 'taken', reasonOf);
  const run = jws.reduceRight<() => Promise<string>>((next, one) => () => steps.during(one, next), take);
  return run();
}

describe('a passkey that a host asks for', () => {
  it('is created for a running step that orders exactly it, in any order of its members', async () => {
    const { a, b } = OPTIONS.extensions.other;
    const turned = { ...OPTIONS, extensions: { other: { b, a }, credProps: true } };
    expect(await decide([await sign({ commands: [order({ options: turned })] })])).toBe('taken');
  });

  it('is created for one of several steps and commands', async () => {
    const others = [{ method: 'fido.getInfo', params: {} }, order({ way: 'host' }), order()];
    expect(
      await decide([
        await sign({ number: 1, commands: [others[0] ?? order()] }),
        await sign({ number: 2, commands: others }),
      ]),
    ).toBe('taken');
  });

  it.each<[string, () => Promise<string[]>, string]>([
    ['no step', () => Promise.resolve([]), 'order'],
    ['text', () => Promise.resolve(['a.b.c']), 'signature'],
    ['a step that another key has signed', async () => [await sign({}, other.privateKey)], 'signature'],
    ['a step of another site', async () => [await sign({ origin: 'https://cms.example' })], 'origin'],
    ['a step of another session', async () => [await sign({ session: 'T'.repeat(43) })], 'session'],
    ['a step of another device', async () => [await sign({ device: 'serial:8' })], 'device'],
    ['a step of another operation', async () => [await sign({ operation: 'operation-2' })], 'content'],
    ['a step that was over when it came', async () => [await sign({ expires: 1 })], 'expired'],
    [
      'a step of other commands',
      async () => [await sign({ commands: [{ method: 'fido.reset', params: {} }] })],
      'content',
    ],
    ['a step in another way', async () => [await sign({ commands: [order({ way: 'page' })] })], 'content'],
    ['a step for another origin', async () => [await sign({ commands: [order({ origin: SITE })] })], 'content'],
    [
      'a command of that name with other parameters',
      async () => [await sign({ commands: [{ method: 'fido.createCredential', params: ORDER }] })],
      'content',
    ],
  ])('is not created for %s', async (_, steps, reason) => {
    expect(await decide(await steps())).toBe(`STEP_REFUSED ${reason}`);
  });

  it.each<[string, object]>([
    ['another challenge', { challenge: 'AAAA' }],
    ['another RP id', { rp: { id: 'microsoft.com', name: 'Microsoft' } }],
    ['another user', { user: { id: 'Ym9i', name: 'alice', displayName: 'Alice' } }],
    ['another algorithm', { pubKeyCredParams: [{ type: 'public-key', alg: -257 }] }],
    ['one algorithm more', { pubKeyCredParams: [...OPTIONS.pubKeyCredParams, { type: 'public-key', alg: -8 }] }],
    ['nothing excluded', { excludeCredentials: [] }],
    ['another attestation', { attestation: 'none' }],
    ['another extension', { extensions: { ...OPTIONS.extensions, credProps: false } }],
    ['one extension less', { extensions: { credProps: true } }],
    ['a list for a list of objects', { extensions: { ...OPTIONS.extensions, other: [] } }],
  ])('is not created if the step has %s', async (_, changed) => {
    const { params } = userRequests['user.createPasskey'];
    const asked = validate(params, { ...ASKED, options: { ...OPTIONS, ...changed } });
    expect(await decide([await sign()], asked)).toBe('STEP_REFUSED content');
  });

  it('is not created for a site whose CMS has no keys', async () => {
    expect(await decide([await sign()], ASKED, { ...BINDING, cms: null })).toBe('STEP_REFUSED signature');
  });

  it('is created once for each command, also if the page sends the step again', async () => {
    const steps = new StepsUnderWay();
    const jws = await sign();
    expect(await decide([jws], ASKED, BINDING, steps)).toBe('taken');
    expect(await decide([jws], ASKED, BINDING, steps)).toBe('STEP_REFUSED order');
    expect(await decide([jws, await sign({ number: 2 })], ASKED, BINDING, steps)).toBe('taken');
  });

  it('is not created for an answered step, even while the step is still being read', async () => {
    const steps = new StepsUnderWay();
    const jws = await sign();
    await steps.during(jws, () => Promise.resolve());
    expect(await decide([], ASKED, BINDING, steps)).toBe('STEP_REFUSED order');
    const taken = await steps.during(jws, () => Promise.resolve({ late: steps.take(ASKED, BINDING).catch(reasonOf) }));
    expect(await taken.late).toBe('STEP_REFUSED order');
  });
});
