import { words as pages } from '@cardwright/words/on-demand/operator';
import { html, type TemplateResult } from 'lit';

/** The operator's texts in the page's language; English if they cannot be loaded. */
export const operatorText = await pages.load(document.documentElement.lang).catch(() => pages.english);

/** Renders a sentence in which names of commands stand between backticks. */
export const withCode = (sentence: string): TemplateResult[] =>
  sentence.split('`').map((part, index) => (index % 2 === 0 ? html`${part}` : html`<code>${part}</code>`));

/** Renders a sentence in which the words of a link stand between asterisks. */
export const withLink = (sentence: string, href: string): TemplateResult[] =>
  sentence
    .split('*')
    .map((part, index) =>
      index % 2 === 0 ? html`${part}` : html`<a href=${href} target="_blank" rel="noreferrer">${part}</a>`,
    );
