import { element } from './element.js';

/** A question inside a window of the extension, with one or two answers. */
interface WindowQuestion {
  readonly title: string;
  readonly text: string;
  /** Label of the button that keeps the window open. The button has the focus, and Escape has the same effect. */
  readonly stay: string;
  /** Label of the button that leaves the window; absent if there is only one answer. */
  readonly leave?: string;
}

/**
 * Asks a question above the content of the window. What the user has entered in the window is kept. Resolves with true if the user wants to
 * leave.
 */
export function askInWindow({ title, text, stay, leave }: WindowQuestion): Promise<boolean> {
  const staying = element('button', { type: 'button', class: 'primary', 'data-answer': 'stay' }, stay);
  const leaving = leave === undefined ? [] : [element('button', { type: 'button', 'data-answer': 'leave' }, leave)];
  const dialog = element(
    'dialog',
    { 'aria-labelledby': 'question', 'aria-describedby': 'question-text' },
    element('h2', { id: 'question' }, title),
    element('p', { id: 'question-text' }, text),
    element('div', { class: 'answers' }, ...leaving, staying),
  );
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'leave');
    });
    staying.addEventListener('click', () => dialog.close());
    for (const button of leaving) button.addEventListener('click', () => dialog.close('leave'));
    dialog.showModal();
    staying.focus();
  });
}

/** True while the window asks a question. Escape then only closes this question. */
export const isAsking = (): boolean => document.querySelector('dialog[open]') !== null;
