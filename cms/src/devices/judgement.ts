import type { DeviceInfo } from '@cardwright/protocol';
import { policyOf } from '../policies/policies.js';
import type { Person } from '../store/rows.js';
import type { KnownCard, Transaction } from '../store/store.js';
import type { Admission, CardInQuestion, Refusal } from './admission.js';
import { appearanceOf } from './card-hint.js';
import type { PasskeysInQuestion } from './passkeys-in-question.js';

/** A card's verdict, and the store's records of it. */
export interface JudgedCard {
  readonly verdict: Admission | Refusal;
  readonly known: KnownCard;
}

/** Judges cards by a rule of admission, in the order given. Queries the store once for all of them. */
export async function judgeCards(
  { deviceLimit }: { readonly deviceLimit: number },
  transaction: Transaction,
  person: Person,
  infos: readonly DeviceInfo[],
  passkeys: PasskeysInQuestion,
  admit: (card: CardInQuestion) => Admission | Refusal,
): Promise<JudgedCard[]> {
  const { cards, devices } = await transaction.survey(person.id, infos.map(appearanceOf));
  return infos.map((info, index) => {
    const known = cards[index];
    if (!known) throw new Error('a store answers for each card');
    const policy = known.policy && policyOf(known.policy);
    return { verdict: admit({ person, info, known, policy, devices, deviceLimit, passkeys }), known };
  });
}
