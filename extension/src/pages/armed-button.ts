/** A click that was meant for the window below must not land on a button that has just appeared. */
const ARMED_AFTER_MS = 500;

/** Keeps a button disabled until its window has had the focus for half a second, and again whenever it loses it. */
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
