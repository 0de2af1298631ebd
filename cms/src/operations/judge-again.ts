import { CardwrightError } from '@cardwright/protocol';
import { appearanceOf } from '../devices/card-hint.js';
import { limitFor } from '../devices/replacement.js';
import { sentenceOf } from '../words/reasons.js';
import type { OperationContext } from './context.js';
import type { OperationDefinition, Step } from './definition.js';

/**
 * True if a session was judged so long ago (`operationAge`) that it must be judged again before its results count. False for a step that waits
 * for the user.
 */
export const isToBeJudgedAgain = (context: OperationContext, { waitsForUser = false }: Step): boolean =>
  !waitsForUser && context.records.now.getTime() - context.judgedAt.getTime() > context.services.operationAge;

/**
 * Judges a running operation by the present facts: the person, the device and the current policy. What the operation does to the card stays as
 * it was decided when the session began.
 *
 * @throws CardwrightError `DEVICE_NOT_ELIGIBLE` if the operation would not be started now
 */
export async function judgeAgain(context: OperationContext, { eligibility }: OperationDefinition): Promise<void> {
  const { records, services, person, info, device, operation } = context;
  const { passkeyServices, origin } = services;
  const { cards, devices } = await records.transaction.survey(person.id, [appearanceOf(info)]);
  const deviceLimit = await limitFor(records.transaction, person, devices, services.deviceLimit);
  const [found] = cards;
  if (!found) throw new Error('a store answers for each card');
  // The card may look different by now, but its row and its operation are known.
  const known = { ...found, latest: device?.row, running: [operation] };
  // Passkey services can be asked only before a transaction, so this verdict assumes that they forbid nothing. They are asked when a registration
  // begins.
  const passkeys = { origin, services: passkeyServices, obstacleAt: () => null };
  const verdict = eligibility({ person, info, known, policy: context.policyNow, devices, deviceLimit, passkeys });
  const refusal = verdict.action === null ? verdict.reason : null;
  context.note({ kind: 'judged-again', refusal: refusal && sentenceOf(refusal, 'en') });
  if (refusal) throw new CardwrightError('DEVICE_NOT_ELIGIBLE', { reason: sentenceOf(refusal, context.language) });
  context.noteVerdict();
}
