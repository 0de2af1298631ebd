import { html } from 'lit';
import type { PolicyAnswer } from '../api.js';
import type { ProofDialog, ProofQuestion } from './proof-dialog.js';
import { trustChangeList } from './trust-change-list.js';
import { operatorText } from '../operator-text.js';

const { trust } = operatorText.policies;

/** The part of the server's answer that says whether it demands the operator's consent, and to which effects. */
type ConsentAnswer = Pick<PolicyAnswer, 'outcome' | 'changes' | 'isAlone'>;

/**
 * Sends a change of a policy. If the server demands consent, because the change widens trust, shows the effects and asks.
 *
 * @param send sends the change; called without consent at first
 * @returns the last answer, or null if the operator cancelled
 */
export async function sendWithConsent<Answer extends ConsentAnswer>(
  dialog: ProofDialog | null,
  send: (given: { readonly consent?: true }) => Promise<Answer>,
): Promise<Answer | null> {
  const answer = await send({});
  if (answer.outcome !== 'consent-needed' || dialog === null) return answer;
  return dialog.ask(questionOf(answer), () => send({ consent: true }));
}

const questionOf = ({ changes, isAlone }: ConsentAnswer): ProofQuestion => ({
  title: trust.question,
  why: html`${trustChangeList(changes)}
    <p>${isAlone ? trust.alone : trust.countsOnceConfirmed}</p>`,
  answer: isAlone ? trust.change : trust.propose,
});
