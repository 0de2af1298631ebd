import type { CardwrightError } from '@cardwright/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import { describe, type Text } from './text.js';

/**
 * Renders the heading of a pane and, below the heading, an explanation (`hint`). An empty explanation is not rendered. A script can focus the
 * heading.
 */
export const title = (text: string, hint = ''): TemplateResult =>
  html`<h2 tabindex="-1">${text}</h2>
    ${hint === '' ? nothing : html`<p class="hint muted">${hint}</p>`}`;

/** Renders, if `isLost`, a notice that the extension's window could not be brought to the front. */
export const lostWindow = (text: Text, isLost: boolean): TemplateResult =>
  html`<div role="status">${isLost ? html`<p class="notice">${text.windowNotShown}</p>` : nothing}</div>`;

/** Returns the meaning and the remedy of an error, for a pane that stays on the screen. */
export function sentencesOf(text: Text, error: CardwrightError): string {
  const { message, user } = describe(text, error);
  return `${message} ${user}`;
}
