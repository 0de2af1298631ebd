import { element } from './element.js';

/** A question inside a window of the extension, with its two answers, or one. */
interface WindowQuestion {
  readonly title: string;
  readonly text: string;
  /** The button that has the focus; Escape means the same. */
  readonly stay: string;
  /** The button that leads away. */
  readonly leave?: string;
}

/** Asks above what the window shows, which keeps its entries. Resolves with whether the user wants to leave. */
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

/** Whether the window asks something at the moment: then Escape belongs to that question. */
export const isAsking = (): boolean => document.querySelector('dialog[open]') !== null;
