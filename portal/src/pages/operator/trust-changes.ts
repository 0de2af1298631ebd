import { css, html, type TemplateResult } from 'lit';
import type { PolicyAnswer, TrustChange } from '../api.js';
import type { PasswordDialog, PasswordQuestion } from './password-dialog.js';

/** What changes of trust would do, each with before and after. */
export const trustChangeList = (changes: readonly TrustChange[]): TemplateResult =>
  html`<dl class="changes">
    ${changes.map(
      ({ what, before, after }) =>
        html`<div>
          <dt>${what}</dt>
          <dd><span class="visually-hidden">Before: </span><del>${before}</del></dd>
          <dd><span class="visually-hidden">After: </span><ins>${after}</ins></dd>
        </div>`,
    )}
  </dl>`;

export const trustChangeStyles = css`
  .changes {
    display: grid;
    gap: var(--space-3);
    margin: 0;
    overflow-wrap: anywhere;
  }

  .changes dt {
    font-weight: 600;
  }

  .changes dd {
    margin: 0;
  }

  .changes del {
    color: var(--text-muted);
  }

  .changes ins {
    text-decoration: none;
  }
`;

/** An answer that may say that the change takes the operator's password. */
type ConsentAnswer = Pick<PolicyAnswer, 'outcome' | 'changes' | 'isAlone'>;

/**
 * Sends a change of a policy; where it widens trust, shows what it does and asks for the password.
 *
 * @param send sends it again, with the password
 * @returns the last answer, or null when the operator cancelled
 */
export async function sendWithConsent<Answer extends ConsentAnswer>(
  dialog: PasswordDialog | null,
  send: (password?: string) => Promise<Answer>,
): Promise<Answer | null> {
  const answer = await send();
  if (answer.outcome !== 'password-needed' || dialog === null) return answer;
  return dialog.ask(questionOf(answer), send);
}

const questionOf = ({ changes, isAlone }: ConsentAnswer): PasswordQuestion => ({
  title: 'Change what is trusted?',
  why: html`${trustChangeList(changes)}
    <p>
      ${
        isAlone
          ? 'You are the only operator, so this counts at once. The audit log says that nobody else confirmed it.'
          : 'It counts once another operator has confirmed it.'
      }
    </p>`,
  answer: isAlone ? 'Change' : 'Propose',
});
