import { html, type TemplateResult } from 'lit';
import { CHECK_LINES, type Checks, type CheckState } from '../checks.js';
import { checkIcon, clockIcon, crossIcon, shieldIcon } from '../icons.js';
import type { Text } from '../text.js';

/** Renders one line for each condition for reaching a device. If a condition has failed, the error pane above explains why. */
export const checkList = (text: Text, checks: Checks): TemplateResult =>
  markedList(
    CHECK_LINES.map((line) => ({ label: text[line], state: checks[line], word: text.checkStates[checks[line]] })),
  );

/** Renders lines. The mark before a line, and the word after it, both show its state. */
export const markedList = (
  lines: readonly { readonly label: string; readonly state: CheckState; readonly word: string }[],
): TemplateResult =>
  html`<ul class="checks">
    ${lines.map(
      ({ label, state, word }) =>
        html`<li class=${state}>
          <span class="mark">${MARKS[state]}</span><span class="label">${label}</span><span class="state">${word}</span>
        </li>`,
    )}
  </ul>`;

const spinner = html`<span class="spinner" aria-hidden="true"></span>`;

const MARKS: Readonly<Record<CheckState, TemplateResult>> = {
  waiting: clockIcon,
  running: spinner,
  passed: checkIcon,
  needed: shieldIcon,
  asking: spinner,
  failed: crossIcon,
};
