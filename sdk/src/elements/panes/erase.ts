import { html } from 'lit';
import { windowIllustration } from '../icons.js';
import type { PaneDefinition } from '../pane-definition.js';
import { lostWindow, title } from '../pane-parts.js';
import type { RunFacts } from '../run-facts.js';

/** Shown while the extension's window asks the user whether everything on the device may be erased. */
export interface ErasePane extends RunFacts {
  readonly name: 'erase';
}

export const erasePane: PaneDefinition<ErasePane> = {
  step: 'run',
  content: (_pane, { text, isWindowLost }) =>
    html`<div class="centred">
      ${windowIllustration('erase')}${title(text.eraseWindowTitle, text.eraseWindowHint)}
      ${lostWindow(text, isWindowLost)}
    </div>`,
  announcement: (_pane, { text }) => text.eraseWindowTitle,
  window: () => 'erase',
};
