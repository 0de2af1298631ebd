import { changePin, proveOwner, renew, unlock } from '@cardwright/cms';
import { changePolicy, readDevicePolicy, type DevicePolicy } from '@cardwright/cms/policies';
import type { Certificate } from '@cardwright/cms/store';
import type { Method } from '@cardwright/protocol';
import type { Slot } from '@cardwright/protocol/devices';
import { readStep } from '@cardwright/protocol/steps';
import { ADMINISTRATOR } from '../../support/administrator.js';
import type { PlayedHost } from '../../support/host-and-card/played-host.js';
import { ToyStage, type ToyOptions } from './toy-stage.js';

/** Slots with quick keys that can all sign. */
export const SLOTS = { '9A': 'P-256', '9C': 'P-256', '9E': 'P-256' } as const;
/** A time before the end of certificates that is always there. */
export const ALWAYS = 3650;

/** Opens a stage with Ada's active device, whose certificates she can renew at once. */
export const dueStage = ({ policy, ...options }: ToyOptions = {}): Promise<ToyStage> =>
  ToyStage.issued({
    operations: [renew, changePin, unlock, proveOwner],
    ...options,
    policy: { slots: SLOTS, renewalDays: ALWAYS, ...policy },
  });

/** Changes the policy of the card's model as an administrator. */
export const changeRules = ({ store, card }: ToyStage, changes: Partial<DevicePolicy>) =>
  changePolicy(store, ADMINISTRATOR, {
    model: card.model,
    policy: (current) => ({ ...readDevicePolicy({ policy: current }), ...changes }),
  });

/** The certificates of a slot, the oldest first. */
export const certificatesIn = ({ store }: ToyStage, slot: Slot): readonly Certificate[] =>
  store.contents().certificates.filter((certificate) => certificate.slot === slot);

/** Says of each certificate whether it is good, on hold or revoked, the oldest of each slot first. */
export const standings = (stage: ToyStage): Record<string, string[]> =>
  Object.fromEntries(
    (['9A', '9C', '9D', '9E'] as const).flatMap((slot) => {
      const all = certificatesIn(stage, slot).map(({ revocationReason }) => revocationReason ?? 'good');
      return all.length > 0 ? [[slot, all]] : [];
    }),
  );

/** The standing of each slot after the one renewal, and before any. */
export const RENEWED = { '9A': ['superseded', 'good'], '9C': ['superseded', 'good'], '9E': ['superseded', 'good'] };
export const UNTOUCHED = { '9A': ['good'], '9C': ['good'], '9E': ['good'] };
/** The standing after a renewal that was given up. */
export const GIVEN_UP = { '9A': ['good', 'superseded'], '9C': ['good', 'superseded'], '9E': ['good', 'superseded'] };

/** True if each slot of the card has the one good certificate of the slot. */
export function hasGoodOnes(stage: ToyStage): boolean {
  const good = stage.store.contents().certificates.filter(({ revocationReason }) => revocationReason === null);
  return good.length === stage.card.certificates.size && good.every(({ slot, der }) => derIn(stage, slot) === der);
}

const derIn = ({ card }: ToyStage, slot: string): string | undefined =>
  [...card.certificates].find(([name]) => name === slot)?.[1];

/** Starts an operation, and relays it until a step with this command waits for its results. */
export async function untilCommand(stage: ToyStage, host: PlayedHost, kind: string, wanted: Method) {
  const isIn = async (jws: string): Promise<boolean> =>
    (await readStep(jws, stage.cms.publishedKeys)).commands.some(({ method }) => method === wanted);
  let answer = await stage.start(host, kind);
  while (answer.step && !(await isIn(answer.step.jws))) answer = await stage.next(host, answer);
  return answer;
}

/** Starts a renewal, and relays it until the step of this name waits for its results. */
export async function untilStep(stage: ToyStage, host: PlayedHost, phase: string) {
  let answer = await stage.start(host, 'renew');
  while (answer.step && answer.phase.name !== phase) answer = await stage.next(host, answer);
  return answer;
}
