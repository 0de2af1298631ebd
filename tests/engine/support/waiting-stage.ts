import { changePin, erase, proveOwner, renew, unlock } from '@cardwright/cms';
import type { ActionName } from '@cardwright/cms/devices';
import type { Person, WaitingWork } from '@cardwright/cms/store';
import { requestOf, shownVersion } from '../../support/engine/operator-action.js';
import { personOf } from '../../support/engine/people.js';
import { MovableClock } from './notice-stage.js';
import { SLOTS } from './renewal-stage.js';
import { ToyStage, type ToyOptions } from './toy-stage.js';

export const OLGA = personOf('olga');
export const OSCAR = personOf('oscar');
export const DAY = 24 * 60 * 60 * 1000;

/** Opens a stage with Ada's active device, whose certificates are good for long, and a clock that the test moves. */
export async function waitingStage({ policy, ...options }: ToyOptions = {}) {
  const clock = new MovableClock();
  const stage = await ToyStage.issued({
    operations: [renew, changePin, unlock, erase, proveOwner],
    now: clock.now,
    ...options,
    policy: { slots: SLOTS, ...policy },
  });
  const id = stage.device?.id ?? '';
  /** Asks as an operator who has just seen the device. */
  const ask = (action: ActionName, about: { readonly days?: number } = {}, operator: Person = OLGA) =>
    stage.cms.perform(operator, action, id, {
      ...requestOf(shownVersion(stage.store.contents(), id), 'Rules have changed.'),
      ...about,
    });
  return { stage, clock, id, ask };
}

/** Opens a page session whose user knows the PIN, and another one. */
export async function newHost(stage: ToyStage) {
  const host = await stage.newHost();
  const pin = host.user;
  host.user = (secret, question) => (secret === 'newPin' ? '862713' : pin(secret, question));
  return host;
}

/** All work there ever was, the oldest first. */
export const workOf = ({ store }: ToyStage): readonly WaitingWork[] => store.contents().work;

/** Returns the work that was asked for last. */
export function lastWork(stage: ToyStage): WaitingWork {
  const work = workOf(stage).at(-1);
  if (!work) throw new Error('nothing was asked for');
  return work;
}

/** Kinds and outcomes of all work, the oldest first. */
export const outcomes = (stage: ToyStage): string[] =>
  workOf(stage).map(({ kind, outcome }) => `${kind} ${outcome ?? 'waits'}`);

/** The events of the audit log about work, with who acted. */
export const workEvents = ({ store }: ToyStage): string[] =>
  store.contents().audit.flatMap(({ event, actor }) => (event.startsWith('work.') ? [`${event} ${actor}`] : []));
