/**
 * Makes a handler for the `close` event of a dialog. The browser fires the event later, when the dialog may already ask its next question. The
 * handler then does nothing, so a dialog has to end its former question itself before it asks the next one.
 *
 * @param work called if the dialog is still closed
 */
export const whenClosed =
  (work: () => void) =>
  ({ target }: Event): void => {
    if (target instanceof HTMLDialogElement && !target.open) work();
  };
