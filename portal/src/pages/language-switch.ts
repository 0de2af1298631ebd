import { languageName, LANGUAGES } from '@cardwright/words';
import { css, html, type TemplateResult } from 'lit';
import { call } from './api.js';
import { text } from './text.js';

/** Lets a person choose the language of the pages, and loads the page again in that language. */
export const languageSwitch = (): TemplateResult =>
  html`<select id="language" aria-label=${text.language} @change=${switchLanguage}>
    ${LANGUAGES.map(
      (language) =>
        html`<option value=${language} lang=${language} ?selected=${language === document.documentElement.lang}>
          ${languageName(language)}
        </option>`,
    )}
  </select>`;

export const languageSwitchStyles = css`
  #language {
    min-height: 40px;
    padding: var(--space-2);
    border: 1px solid var(--line-strong);
    border-radius: var(--radius);
    background: var(--surface);
    color: var(--text);
    font: inherit;
  }
`;

async function switchLanguage({ target }: Event): Promise<void> {
  if (!(target instanceof HTMLSelectElement)) return;
  await call('PUT /api/session/language', { body: { language: target.value } });
  location.reload();
}
