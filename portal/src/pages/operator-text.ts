import { words as administrators } from '@cardwright/words/on-demand/administrators';
import { words as pages } from '@cardwright/words/on-demand/operator';
import { html, type TemplateResult } from 'lit';

const { lang } = document.documentElement;

/** The operator's texts in the page's language; English if they cannot be loaded. */
export const operatorText = await pages.load(lang).catch(() => pages.english);

/** The administrator's action for each error, in the page's language; English if the texts cannot be loaded. */
export const administratorsText = await administrators.load(lang).catch(() => administrators.english);

/** Renders a sentence. Text between backticks becomes code, such as the name of a command. */
export const withCode = (sentence: string): TemplateResult[] =>
  sentence.split('`').map((part, index) => (index % 2 === 0 ? html`${part}` : html`<code>${part}</code>`));

/** Renders a sentence. The text between asterisks becomes a link to `href`. */
export const withLink = (sentence: string, href: string): TemplateResult[] =>
  sentence
    .split('*')
    .map((part, index) =>
      index % 2 === 0 ? html`${part}` : html`<a href=${href} target="_blank" rel="noreferrer">${part}</a>`,
    );
