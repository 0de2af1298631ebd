/**
 * Milliseconds for which a button stays disabled after its window got the focus. A click in that time may have been meant for another
 * window, which was in front before.
 */
const ARMED_AFTER_MS = 500;

/** Disables a button until its window has had the focus for half a second, and again whenever the window loses the focus. */
export function armAfterFocus(button: HTMLButtonElement): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const disarm = () => {
    clearTimeout(timer);
    button.disabled = true;
  };
  const arm = () => {
    disarm();
    timer = setTimeout(() => (button.disabled = false), ARMED_AFTER_MS);
  };
  window.addEventListener('focus', arm);
  window.addEventListener('blur', disarm);
  if (document.hasFocus()) arm();
  else disarm();
}
