import { css, html, nothing, type TemplateResult } from 'lit';
import { text } from '../text.js';

const { passwords: words } = text;

/** The reasons for which the server does not set a password. */
export type PasswordProblem = keyof typeof words.problems;

/** Styles of a page with one form in a frame. */
export const passwordFormStyles = css`
  form {
    display: grid;
    gap: var(--space-4);
    width: min(26rem, 100%);
    padding: var(--space-6);
    border: 1px solid var(--line);
    border-radius: calc(var(--radius) + 4px);
    background: var(--surface);
  }

  h1 {
    font-size: 1.4rem;
  }

  .rules {
    color: var(--text-muted);
    font-size: 0.9375rem;
  }
`;

/** The two fields of a new password, the rules, and what was wrong with the last one. */
export const newPasswordFields = (problem: string | null): TemplateResult => html`
  <label for="new">
    ${words.new}
    <input
      id="new"
      type="password"
      autocomplete="new-password"
      maxlength="200"
      required
      aria-invalid=${problem !== null}
      aria-describedby=${problem === null ? 'rules' : 'rules problem'}
    />
  </label>
  <label for="again">
    ${words.again}<input id="again" type="password" autocomplete="new-password" maxlength="200" required />
  </label>
  <p class="rules" id="rules">${words.rules}</p>
  ${problem === null ? nothing : html`<p class="problem" id="problem" role="alert">${problem}</p>`}
`;

/** Returns the new password in a form. Returns null if its two fields differ. */
export function newPasswordIn(root: DocumentFragment | HTMLElement): string | null {
  const [first, second] = ['#new', '#again'].map((id) => root.querySelector<HTMLInputElement>(id)?.value);
  return first !== undefined && first === second ? first : null;
}
