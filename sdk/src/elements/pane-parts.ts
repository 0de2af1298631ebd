import type { CardwrightError } from '@cardwright/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import { describe, type Text } from './text.js';

/** Renders the heading of a pane, which gets the focus, with an explanation if there is one. */
export const title = (text: string, hint = ''): TemplateResult =>
  html`<h2 tabindex="-1">${text}</h2>
    ${hint === '' ? nothing : html`<p class="hint muted">${hint}</p>`}`;

/** @param isLost true if the extension's window could not be brought to the front */
export const lostWindow = (text: Text, isLost: boolean): TemplateResult =>
  html`<div role="status">${isLost ? html`<p class="notice">${text.windowNotShown}</p>` : nothing}</div>`;

/** Describes an error in a pane that stays: its meaning and its remedy. */
export function sentencesOf(text: Text, error: CardwrightError): string {
  const { message, user } = describe(text, error);
  return `${message} ${user}`;
}
