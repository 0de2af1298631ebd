import type { DeviceInfo } from '@cardwright/protocol/devices';
import type { PasskeysInQuestion } from '../passkeys/passkeys-in-question.js';
import { readDevicePolicy } from '../rules/device-policy.js';
import type { Person } from '../store/rows.js';
import type { KnownCard, Transaction } from '../store/store.js';
import { appearanceOf } from './card-hint.js';
import { limitFor } from './replacement.js';
import type { CardInQuestion, Verdict } from './eligibility.js';

/** The verdict on a card, and the store's records of the card. */
export interface JudgedCard {
  readonly verdict: Verdict;
  readonly known: KnownCard;
}

/** Judges cards by a rule of eligibility, in the order given. Asks the store about all cards in a single query. */
export async function judgeCards(
  { deviceLimit }: { readonly deviceLimit: number },
  transaction: Transaction,
  person: Person,
  infos: readonly DeviceInfo[],
  passkeys: PasskeysInQuestion,
  judge: (card: CardInQuestion) => Verdict,
): Promise<JudgedCard[]> {
  const { cards, devices } = await transaction.survey(person.id, infos.map(appearanceOf));
  const limit = await limitFor(transaction, person, devices, deviceLimit);
  return infos.map((info, index) => {
    const known = cards[index];
    if (!known) throw new Error('a store answers for each card');
    const policy = known.policy && readDevicePolicy(known.policy);
    return { verdict: judge({ person, info, known, policy, devices, deviceLimit: limit, passkeys }), known };
  });
}
