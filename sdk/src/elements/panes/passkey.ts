import { html, nothing, type TemplateResult } from 'lit';
import { windowIllustration } from '../icons.js';
import { reinsertIllustration, touchIllustration } from '../key-illustrations.js';
import type { PaneDefinition } from '../pane-definition.js';
import { lostWindow, title } from '../pane-parts.js';
import type { PasskeyTask } from '../passkey-task.js';
import { pinsOf, type RunFacts } from '../run-facts.js';
import type { Text } from '../text.js';

/** Shows what the user has to do for a passkey in the running step (`PasskeyTask`). */
export interface PasskeyPane extends RunFacts {
  readonly name: 'passkey';
  readonly task: PasskeyTask;
}

export const passkeyPane: PaneDefinition<PasskeyPane> = {
  step: 'run',
  key: ({ task }) => `passkey-${task}`,
  content: (pane, { text, isWindowLost }) => {
    const { task, status } = pane;
    const order = status?.passkey;
    const words = text.passkeyTasks[task];
    const hint = words.hint(order?.service ?? '');
    const hasWindow = order?.way === 'window' && (task === 'browser' || task === 'temporary-pin');
    return html`<div class="centred">
      ${ILLUSTRATIONS[task]}${title(words.title, hint)}
      ${hasWindow ? html`<p class="hint muted">${text.passkeyWindow}</p>` : nothing}
      ${ASKS_FOR_FIDO_PIN.has(task) && pinsOf(pane) !== 'fido' ? pins(text) : nothing} ${lostWindow(text, isWindowLost)}
    </div>`;
  },
  announcement: ({ task }, { text }) => text.passkeyTasks[task].title,
  awaitsUser: true,
  window: ({ status }) => (status?.turn === 'user' ? 'passkey' : null),
};

const ILLUSTRATIONS: Readonly<Record<PasskeyTask, TemplateResult>> = {
  'choose-fido-pin': windowIllustration('pin'),
  'enter-fido-pin': windowIllustration('pin'),
  'reset-fido': windowIllustration('erase'),
  browser: windowIllustration('passkey'),
  'temporary-pin': windowIllustration('pin'),
  touch: touchIllustration,
  hold: touchIllustration,
  reinsert: reinsertIllustration,
};

/** Tasks in which the user could confuse the FIDO PIN with the device PIN. */
const ASKS_FOR_FIDO_PIN: ReadonlySet<PasskeyTask> = new Set<PasskeyTask>([
  'choose-fido-pin',
  'enter-fido-pin',
  'browser',
]);

const pins = (text: Text): TemplateResult =>
  html`<dl class="pins">
    <dt>${text.fidoPin}</dt>
    <dd>${text.fidoPinUse}</dd>
    <dt>${text.devicePin}</dt>
    <dd>${text.devicePinUse}</dd>
  </dl>`;
