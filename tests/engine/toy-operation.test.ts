import { defineOperation } from '@cardwright/cms/operations';
import { CardwrightError } from '@cardwright/protocol';
import type { OperationAnswer } from '@cardwright/protocol/cms';
import type { CommandOutcome } from '@cardwright/protocol/steps';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { actOn } from '../support/engine/operator-action.js';
import { stamp } from './support/toy-operation.js';
import { ADA, ToyStage } from './support/toy-stage.js';

/** The toy operation under another name, as a second operation for active devices. */
const restamp = defineOperation({ ...stamp, kind: 'restamp' });

const WORDS = {
  en: {
    phases: ['Waiting for your PIN', 'Stamping your device', 'Stamping your device', 'Finished'],
    failure: 'The device did not keep its stamp.',
    refusal: 'An empty device gets no stamp.',
  },
  de: {
    phases: ['Wartet auf Ihre PIN', 'Ihr Gerät wird gestempelt', 'Ihr Gerät wird gestempelt', 'Abgeschlossen'],
    failure: 'Das Gerät hat seinen Stempel nicht behalten.',
    refusal: 'Ein leeres Gerät bekommt keinen Stempel.',
  },
};
const LANGUAGES = ['en', 'de'] as const;

const STAMPING = ['managementKey.getChallenge', 'managementKey.authenticate', 'object.write', 'object.read'];

const named = (name: string) => expect.objectContaining({ data: expect.objectContaining({ name }) });
const sayingWhy = (code: string, reason: string) =>
  expect.objectContaining({ code, data: expect.objectContaining({ reason }) });
const OLGA = { ...ADA, id: 'olga', username: 'olga' };

/** Plays a card that forgets at once what is written. */
const forgets = (outcomes: CommandOutcome[]): CommandOutcome[] =>
  outcomes.map((outcome) => (outcome.method === 'object.read' ? { ...outcome, result: { content: null } } : outcome));

describe("an operation of a CMS's own, in one file", () => {
  let stage: ToyStage;
  beforeAll(async () => {
    stage = await ToyStage.open(stamp, restamp);
  });

  it.each(LANGUAGES)('runs to its end and shows its author’s names of the phases (%s)', async (language) => {
    const host = await stage.newHost();
    const answers: OperationAnswer[] = [await stage.start(host, 'stamp', language)];
    for (let [answer] = answers; answer?.step; answer = answers.at(-1))
      answers.push(await stage.next(host, answer, language));
    expect(answers.map(({ phase }) => phase.text)).toEqual(WORDS[language].phases);
    expect(answers.at(-1)).toMatchObject({ state: 'done', error: null, deviceState: 'active' });
    expect(host.executed).toEqual(['pin.verify', ...STAMPING]);
    const written = Buffer.from(stage.card.objects.get('securityObject') ?? '', 'base64url').toString();
    expect(written).toBe(answers[0]?.operation);
  });

  it('keeps the slices of its steps, and no PIN', async () => {
    await stage.start(await stage.newHost(), 'stamp');
    const state = stage.store.contents().operations.find(({ status }) => status === 'running')?.state;
    const slices = { presence: { isShown: false }, stamping: { isReadBack: false } };
    const others = { session: expect.anything(), authentication: expect.anything() };
    expect(state).toEqual({ step: 'owner', slices: { ...slices, ...others } });
    expect(JSON.stringify(stage.store.contents())).not.toContain('739154');
  });

  it.each(['before', 'after'] as const)(
    'resumes when the card was pulled %s the stamp was written: reads the stamp again, but does not ask for the PIN',
    async (when) => {
      const first = await stage.newHost();
      first.pull = { method: 'object.write', when };
      const rested = await stage.relay(first, 'stamp');
      expect(rested).toMatchObject({ state: 'running', step: null, error: named('CARD_REMOVED') });
      expect(first.executed).toContain('pin.verify');

      const second = await stage.newHost();
      const resumed = await stage.relay(second, 'stamp');
      expect(resumed).toMatchObject({ operation: rested.operation, state: 'done', deviceState: 'active' });
      expect(second.executed).toEqual(STAMPING);
    },
  );

  it('asks for the PIN again if its result was lost', async () => {
    const first = await stage.newHost();
    first.pull = { method: 'pin.verify', when: 'after' };
    const rested = await stage.relay(first, 'stamp');
    const second = await stage.newHost();
    expect(await stage.relay(second, 'stamp')).toMatchObject({ operation: rested.operation, state: 'done' });
    expect(second.executed).toEqual(['pin.verify', ...STAMPING]);
  });

  it.each(LANGUAGES)('fails for a reason of its own, in its own words (%s)', async (language) => {
    const failed = await stage.relay(await stage.newHost(), 'stamp', language, forgets);
    expect(failed).toMatchObject({
      state: 'failed',
      error: { data: { name: 'OPERATION_FAILED', details: { reason: WORDS[language].failure } } },
      deviceState: 'active',
    });
  });

  it.each(LANGUAGES)('refuses a card for a reason of its own, in its own words (%s)', async (language) => {
    const host = await stage.newHost();
    const { device } = host.startRequest;
    const asked = stage.cms.start(
      { person: ADA, language },
      { ...host.startRequest, kind: 'stamp', device: { ...device, certificates: [] } },
    );
    await expect(asked).rejects.toEqual(sayingWhy('DEVICE_NOT_ELIGIBLE', WORDS[language].refusal));
  });

  it('ends without a trace when its user closes the window', async () => {
    const host = await stage.newHost();
    host.user = () => {
      throw new CardwrightError('USER_CANCELLED');
    };
    expect(await stage.relay(host, 'stamp')).toMatchObject({ state: 'cancelled', deviceState: 'active' });
    expect(stage.running).toEqual([]);
  });

  it('is unknown to a CMS that does not list it', async () => {
    const bare = await ToyStage.open();
    await expect(bare.start(await bare.newHost(), 'stamp')).rejects.toMatchObject({ code: 'INVALID_PARAMS' });
  });

  it('ends when another kind starts on its device, and its session is told so', async () => {
    const first = await stage.newHost();
    const stamping = await stage.start(first, 'stamp');
    const second = await stage.newHost();
    const restamping = await stage.start(second, 'restamp');
    expect(stage.running).toEqual(['restamp']);
    await expect(stage.next(first, stamping)).rejects.toMatchObject({ code: 'OPERATION_MOVED' });
    expect(await stage.next(second, restamping)).toMatchObject({ state: 'running' });
    await stage.cms.cancel({ person: ADA, language: 'en' }, restamping.operation);
  });

  it('continues when another kind is requested that the device does not allow', async () => {
    const host = await stage.newHost();
    const stamping = await stage.start(host, 'stamp');
    await expect(stage.start(await stage.newHost(), 'issue')).rejects.toMatchObject({ code: 'DEVICE_NOT_ELIGIBLE' });
    expect(stage.running).toEqual(['stamp']);
    expect(await stage.next(host, stamping)).toMatchObject({ state: 'running' });
    await stage.cms.cancel({ person: ADA, language: 'en' }, stamping.operation);
  });

  it('stops when an operator has suspended its device', async () => {
    const suspended = await ToyStage.open(stamp);
    const host = await suspended.newHost();
    const answer = await suspended.start(host, 'stamp');
    await actOn(suspended, OLGA, 'suspend', suspended.device?.id ?? '');
    expect(await suspended.next(host, answer)).toMatchObject({ state: 'failed', deviceState: 'suspended' });
    expect(suspended.card.objects.has('securityObject')).toBe(false);
  });
});
