import { html } from 'lit';
import type { PolicyAnswer } from '../api.js';
import type { PasswordDialog, PasswordQuestion } from './password-dialog.js';
import { trustChangeList } from './trust-change-list.js';
import { operatorText } from './operator-text.js';

const { trust } = operatorText.policies;

/** The part of the server's answer that says whether it demands the operator's password, and for which effects. */
type ConsentAnswer = Pick<PolicyAnswer, 'outcome' | 'changes' | 'isAlone'>;

/**
 * Sends a change of a policy. If the server demands the password, because the change widens trust, shows the effects and asks for the password.
 *
 * @param send sends the change; called without the password at first
 * @returns the last answer, or null if the operator cancelled
 */
export async function sendWithConsent<Answer extends ConsentAnswer>(
  dialog: PasswordDialog | null,
  send: (consent: { readonly password?: string }) => Promise<Answer>,
): Promise<Answer | null> {
  const answer = await send({});
  if (answer.outcome !== 'password-needed' || dialog === null) return answer;
  return dialog.ask(questionOf(answer), (password) => send({ password }));
}

const questionOf = ({ changes, isAlone }: ConsentAnswer): PasswordQuestion => ({
  title: trust.question,
  why: html`${trustChangeList(changes)}
    <p>${isAlone ? trust.alone : trust.countsOnceConfirmed}</p>`,
  answer: isAlone ? trust.change : trust.propose,
});
