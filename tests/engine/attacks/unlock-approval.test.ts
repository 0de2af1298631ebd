import { changePin, unlock } from '@cardwright/cms';
import { CardwrightError } from '@cardwright/protocol';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { actOn } from '../../support/engine/operator-action.js';
import { personOf } from '../../support/engine/people.js';
import type { PlayedHost } from '../../support/host-and-card/played-host.js';
import { ADA, ToyStage, type ToyOptions } from '../support/toy-stage.js';

/**
 * Attack: someone with the owner's login and a card that can prove nothing wants its PUK, with an approval that an operator gave for
 * something else.
 */

const NEW = '862713';
const HOUR = 60 * 60 * 1000;
const OLGA = personOf('olga');
const WAITS = { state: 'running', step: null, error: { data: { name: 'APPROVAL_NEEDED' } } };
/** A plain card that proves neither a key in 9E nor a management key. */
const PLAIN: ToyOptions = { model: 'piv', policy: { slots: { '9A': 'P-256' } }, operations: [changePin, unlock] };

/** Counts the PUKs that were sent to hosts. */
const sentPuks = ({ store }: ToyStage): number =>
  store.contents().audit.filter(({ event, detail }) => event === 'secret.released' && detail.purpose === 'puk').length;

async function chooses(stage: ToyStage): Promise<PlayedHost> {
  const host = await stage.newHost();
  host.user = () => NEW;
  return host;
}

async function closes(stage: ToyStage): Promise<PlayedHost> {
  const host = await stage.newHost();
  host.user = () => {
    throw new CardwrightError('USER_CANCELLED');
  };
  return host;
}

const approve = (stage: ToyStage) => actOn(stage, OLGA, 'approve-unlock', stage.device?.id ?? '');

describe('the approval of a new PIN', () => {
  let ahead: number;
  let stage: ToyStage;
  beforeEach(async () => {
    ahead = 0;
    stage = await ToyStage.issued({ ...PLAIN, now: () => new Date(Date.now() + ahead) });
    expect(await stage.relay(await chooses(stage), 'unlock')).toMatchObject(WAITS);
  });

  /** Expects another unlock to wait, without a PUK, until an operator approves that one too. */
  async function expectSpent(): Promise<void> {
    const before = sentPuks(stage);
    expect(await stage.relay(await chooses(stage), 'unlock')).toMatchObject(WAITS);
    expect(sentPuks(stage)).toBe(before);
    await approve(stage);
    expect(await stage.relay(await chooses(stage), 'unlock')).toMatchObject({ state: 'done' });
  }

  it('is not good for another unlock after its user closed the window, when the PUK was out', async () => {
    await approve(stage);
    const before = sentPuks(stage);
    expect(await stage.relay(await closes(stage), 'unlock')).toMatchObject({ state: 'cancelled' });
    expect(sentPuks(stage)).toBe(before + 1);
    await expectSpent();
  });

  it('is not good for another unlock after its user cancelled the approved one', async () => {
    await approve(stage);
    const { operation } = await stage.start(await chooses(stage), 'unlock');
    await stage.cms.cancel({ person: ADA, language: 'en' }, operation);
    await expectSpent();
  });

  it('is not good for another unlock after another operation ended the approved one', async () => {
    await approve(stage);
    const { operation } = await stage.start(await stage.newHost(), 'change-pin');
    await stage.cms.cancel({ person: ADA, language: 'en' }, operation);
    await expectSpent();
  });

  it('is good for the same unlock after an interruption', async () => {
    await approve(stage);
    const pulled = await chooses(stage);
    pulled.pull = { method: 'pin.unblock', when: 'before' };
    expect(await stage.relay(pulled, 'unlock')).toMatchObject({ state: 'running' });
    expect(await stage.relay(await chooses(stage), 'unlock')).toMatchObject({ state: 'done' });
  });

  it('can be given again once it is a day old', async () => {
    await approve(stage);
    ahead = 25 * HOUR;
    await expectSpent();
  });
});
