import { beforeEach, describe, expect, it } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import type { StepPayload } from '@cardwright/protocol/steps';
import { CARD, refusal, Stage, touching } from './host-stage.js';

describe('the host', () => {
  let stage: Stage;

  beforeEach(async () => {
    stage = await Stage.open();
  });

  it('refuses a manage command outside a step, but accepts a read command', async () => {
    await stage.initialize();
    await expect(stage.ask('certificate.delete', { slot: '9A' })).resolves.toMatchObject(refusal('STEP_REQUIRED'));
    expect(stage.reached).toEqual([]);
    await expect(stage.ask('certificate.read', { slot: '9A' })).resolves.toMatchObject({
      result: { certificate: null },
    });
  });

  it('refuses a secret sealed by the CMS outside a step', async () => {
    await stage.initialize();
    const pin = { source: 'cms', sealed: 'aa.bb.cc.dd.ee' };
    await expect(stage.ask('pin.verify', { secrets: { pin } })).resolves.toMatchObject(refusal('STEP_REQUIRED'));
  });

  it.each(['pin.change', 'pin.verify'] as const)(
    'refuses %s outside of steps with a PIN that a step left behind',
    async (method) => {
      await stage.initialize();
      const secrets = {
        pin: { source: 'session' },
        ...(method === 'pin.change' ? { newPin: { source: 'user' } } : {}),
      };
      const params = method === 'pin.change' ? { rules: null, secrets } : { secrets };
      await expect(stage.ask(method, params)).resolves.toMatchObject(refusal('STEP_REQUIRED'));
    },
  );

  it('runs the commands of a signed step in order', async () => {
    await stage.initialize();
    const { result } = await stage.ask('step.run', { jws: await stage.step() });
    expect(result).toEqual({
      outcomes: [
        { method: 'certificate.delete', result: {} },
        { method: 'certificate.read', result: { certificate: null } },
      ],
    });
    expect(stage.reached).toEqual(['certificate.delete', 'certificate.read']);
  });

  it.each<[string, string, Partial<StepPayload>]>([
    ['of another origin', 'origin', { origin: 'https://evil.example' }],
    ['of another session', 'session', { session: 'x'.repeat(43) }],
    ['for another device', 'device', { device: 'serial:2' }],
    ['for a card of another model', 'card', { card: { ...CARD, model: 'piv' } }],
    ['for a card whose serial number was hidden', 'card', { card: { ...CARD, serial: null } }],
    ['for a card whose GUID was hidden', 'card', { card: { ...CARD, guid: null } }],
    ['for a card whose certificates were hidden', 'card', { card: { ...CARD, certificates: [] } }],
    ['that has expired', 'expired', { expires: 1_700_000_000 }],
    ["with a command that is the page's", 'content', { commands: [{ method: 'device.close', params: {} }] }],
    ['with a name of the prototype', 'content', { commands: [{ method: 'constructor', params: {} }] }],
  ])('refuses a step %s and runs nothing of it', async (_, reason, change) => {
    await stage.initialize();
    const answer = await stage.ask('step.run', { jws: await stage.step(change) });
    expect(answer).toMatchObject(refusal('STEP_REFUSED', { reason }));
    expect(stage.reached).toEqual([]);
  });

  it('refuses a step with an invalid last command before running its first', async () => {
    await stage.initialize();
    const commands = [
      { method: 'certificate.delete', params: { slot: '9A' } },
      { method: 'certificate.read', params: { slot: '9B' } },
    ];
    await expect(stage.ask('step.run', { jws: await stage.step({ commands }) })).resolves.toMatchObject(
      refusal('INVALID_PARAMS'),
    );
    expect(stage.reached).toEqual([]);
  });

  it('refuses a repeated step, and an older one after a newer', async () => {
    await stage.initialize();
    const jws = await stage.step({ number: 5 });
    await stage.ask('step.run', { jws });
    for (const again of [jws, await stage.step({ number: 4 })]) {
      await expect(stage.ask('step.run', { jws: again })).resolves.toMatchObject(
        refusal('STEP_REFUSED', { reason: 'order' }),
      );
    }
    expect(stage.reached).toHaveLength(2);
  });

  it('refuses an altered step', async () => {
    await stage.initialize();
    const [header, payload, signature] = (await stage.step()).split('.');
    const decoded = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()) as StepPayload;
    const altered = Buffer.from(JSON.stringify({ ...decoded, number: 2 })).toString('base64url');
    await expect(stage.ask('step.run', { jws: [header, altered, signature].join('.') })).resolves.toMatchObject(
      refusal('STEP_REFUSED', { reason: 'signature' }),
    );
    expect(stage.reached).toEqual([]);
  });

  it('ends a step at its first error and keeps the earlier results', async () => {
    stage = await Stage.open((self) => ({
      ...touching(self),
      'certificate.write': () => Promise.reject(new Error('a defect that mentions 482913')),
    }));
    await stage.initialize();
    const commands = [
      { method: 'certificate.delete', params: { slot: '9A' } },
      { method: 'certificate.write', params: { slot: '9A', certificate: 'AA' } },
      { method: 'certificate.read', params: { slot: '9A' } },
    ];
    const { result } = await stage.ask('step.run', { jws: await stage.step({ commands }) });
    expect(result).toMatchObject({
      outcomes: [{ result: {} }, { method: 'certificate.write', error: { data: { name: 'INTERNAL' } } }],
    });
    expect(JSON.stringify(stage.sent)).not.toContain('482913');
    expect(stage.reached).toEqual(['certificate.delete']);
  });

  it.each([
    [new CardwrightError('CARD_REMOVED'), 'CARD_REMOVED', 'warn'],
    [new CardwrightError('PIN_INCORRECT', { retriesLeft: 2 }), 'PIN_INCORRECT', 'warn'],
    [new CardwrightError('LAST_TRY', { retriesLeft: 1 }), 'LAST_TRY', 'warn'],
    [new CardwrightError('USER_TIMEOUT'), 'USER_TIMEOUT', 'warn'],
    [new CardwrightError('CANCELLED'), 'CANCELLED', 'info'],
    [new Error('a defect that mentions 482913'), 'INTERNAL', 'warn'],
  ])('logs which command of a step failed with which code (%#)', async (thrown, code, level) => {
    stage = await Stage.open((self) => ({ ...touching(self), 'certificate.read': () => Promise.reject(thrown) }));
    await stage.initialize();
    await stage.ask('step.run', { jws: await stage.step() });
    const line = { event: 'refused', method: 'step.run', command: 'certificate.read', code, level };
    expect(stage.logged).toContainEqual(expect.objectContaining(line));
    expect(stage.logged).not.toContainEqual(expect.objectContaining({ event: 'answered', method: 'step.run' }));
    expect(JSON.stringify(stage.logged)).not.toContain('482913');
  });

  it('logs a step without a failure as answered', async () => {
    await stage.initialize();
    await stage.ask('step.run', { jws: await stage.step() });
    expect(stage.logged.at(-1)).toMatchObject({ event: 'answered', method: 'step.run' });
  });
});
