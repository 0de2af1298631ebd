import type { UserSecret } from '@cardwright/protocol/command-definitions';
import { seal } from '@cardwright/protocol/sealing';
import type { WindowContent } from '../../own-window-content.js';
import { showDevice } from '../device-line.js';
import { byId } from '../element.js';
import { showOrigin } from '../origin-line.js';
import { runOwnWindow } from '../own-window-page.js';
import { readErrorTexts, textOfError } from '../error-text.js';
import { t } from '../text.js';
import { askInWindow } from '../window-question.js';
import { FIDO_ENTRY_LENGTH, NewPin, PIV_ENTRY_LENGTH } from './new-pin.js';
import { normalizeFidoPin } from './pin-check.js';
import { PinField } from './pin-field.js';
import { whichPin } from './which-pin.js';

type Content = WindowContent<'secret'>;
type Sealed = Partial<Record<UserSecret, string>>;

/** Order of the fields in the window, whatever their order in the request. */
const ORDER: readonly UserSecret[] = ['puk', 'pin', 'newPin', 'fidoPin', 'newFidoPin'];
/** Secrets in the order of importance for the title: the window's title names the first of these secrets that is asked for. */
const TITLES: readonly UserSecret[] = ['puk', 'newPin', 'pin', 'newFidoPin', 'fidoPin'];
const FIDO: readonly UserSecret[] = ['fidoPin', 'newFidoPin'];
const NEW: readonly UserSecret[] = ['newPin', 'newFidoPin'];

/** Texts of the errors. The texts are read before anything is drawn, because the window's height is fitted as soon as the content is drawn. */
const errorTexts = await readErrorTexts();

/** What the device answers if only the current PIN was wrong. */
const CURRENT_IS_WRONG: readonly (string | null)[] = ['PIN_INCORRECT', 'FIDO_PIN_INCORRECT'];

/** The new PINs of a question whose answer the device is checking. They stay in this window, and end with it. */
let kept: { readonly question: string; readonly chosen: ReadonlyMap<UserSecret, NewPin> } | null = null;

/** Controller that removes the listeners of the current question when the next question is drawn. */
let entry = new AbortController();

runOwnWindow('secret', (content, page) => {
  entry.abort();
  entry = new AbortController();
  const { signal } = entry;
  const { secrets, mayAskAgain = false } = content;
  const form = byId('form', HTMLFormElement);
  const next = byId('next', HTMLButtonElement);
  const cancel = byId('cancel', HTMLButtonElement);
  showHeadlines(content);
  showChecking(false);
  next.textContent = secrets.some((name) => NEW.includes(name)) ? t('set_pin') : t('next');
  const names = ORDER.filter((name) => secrets.includes(name));
  const chosen =
    takeKept(content) ??
    new Map(names.filter((name) => NEW.includes(name)).map((name) => [name, newPinFor(name, content)]));
  const fields = new Map(names.map((name) => [name, chosen.get(name)?.field ?? fieldFor(name, content)]));
  // The number of attempts left is shown at the secret that the device checks.
  const tries = byId('tries', HTMLElement);
  form.append(tries);
  byId('fields', HTMLElement).replaceChildren(
    ...[...fields].flatMap(([name, field]) => chosen.get(name)?.elements ?? [field.element, tries]),
  );
  const update = () => {
    const areMet = [...chosen.values()].map((one) => one.update());
    next.disabled = areMet.includes(false) || [...fields.values()].some(({ value }) => value === '');
  };
  const submit = async (): Promise<void> => {
    next.disabled = true;
    for (const control of form.querySelectorAll<HTMLInputElement | HTMLButtonElement>('input, button'))
      control.disabled = true;
    forgotten.hidden = true;
    if (mayAskAgain) showChecking(true);
    // With a current PIN that is wrong, the new PIN is asked for again, and its user does not type it twice more.
    const isKept = mayAskAgain && names.some((name) => !NEW.includes(name));
    if (isKept) kept = { question: questionOf(content), chosen };
    for (const one of chosen.values())
      if (isKept) one.hide();
      else one.wipeRepeated();
    const sealed = await sealAll(fields, content, (name) => isKept && chosen.has(name));
    if (mayAskAgain) page.answerAndWait({ sealed });
    else page.answer({ sealed });
  };
  form.addEventListener('input', update, { signal });
  form.addEventListener(
    'submit',
    (event) => {
      event.preventDefault();
      if (!next.disabled) void submit();
    },
    { signal },
  );
  // Without its first PIN the device cannot be used, so the user is asked before leaving. If the user leaves any other question unanswered,
  // the PIN stays unchanged.
  if (content.isFirst === true) page.askBeforeLeaving(askWhetherToLeave);
  cancel.addEventListener('click', () => page.leave(), { signal });
  const forgotten = byId('forgotten', HTMLButtonElement);
  forgotten.hidden = !content.mayForget || !secrets.includes('fidoPin');
  forgotten.addEventListener('click', () => page.answer({ forgotten: true }), { signal });
  update();
  [...fields.values()][0]?.input.focus();
});

/** Returns the kept new PINs if only the current PIN was wrong and the question is the same. In any other case they are emptied. */
function takeKept(content: Content): ReadonlyMap<UserSecret, NewPin> | null {
  const { question, chosen } = kept ?? { question: null, chosen: new Map<UserSecret, NewPin>() };
  kept = null;
  const isSame = question === questionOf(content) && CURRENT_IS_WRONG.includes(content.problem);
  for (const one of chosen.values())
    if (isSame) one.enable();
    else one.wipe();
  return isSame ? chosen : null;
}

/** Returns a text that identifies a question: to what its PINs are sealed, which they are, and the rules of new ones. */
const questionOf = ({ origin, operation, device, host, secrets, rules, fidoRules }: Content): string =>
  JSON.stringify([origin, operation, device.id, host.session, secrets, rules, fidoRules]);

function showHeadlines(content: Content): void {
  const { origin, device, secrets, problem, retriesLeft } = content;
  const title = t(`secret_title_${TITLES.find((name) => secrets.includes(name)) ?? 'pin'}`);
  byId('title', HTMLElement).textContent = title;
  document.title = title;
  const which = byId('which', HTMLElement);
  const words = whichPin(content);
  which.hidden = words === null;
  which.textContent = words ?? '';
  showOrigin(byId('origin', HTMLElement), origin);
  showDevice(byId('device', HTMLElement), device);
  const alert = byId('problem', HTMLElement);
  alert.hidden = problem === null;
  byId('problem-text', HTMLElement).textContent = problem === null ? '' : textOfError(problem, errorTexts);
  const tries = byId('tries', HTMLElement);
  tries.hidden = retriesLeft === null;
  tries.classList.toggle('warning', retriesLeft === 1);
  byId('tries-text', HTMLElement).textContent = retriesLeft === null ? '' : textOfTries(retriesLeft, secrets);
}

/** Shows or hides that the device is checking the entry. */
function showChecking(isUnderWay: boolean): void {
  byId('checking', HTMLElement).textContent = isUnderWay ? t('secret_checking') : '';
  byId('note', HTMLElement).hidden = isUnderWay;
  // The device already has the entry, so the user can no longer cancel, but only close the window.
  byId('cancel', HTMLButtonElement).textContent = t(isUnderWay ? 'close' : 'cancel');
  if (isUnderWay) byId('problem', HTMLElement).hidden = true;
}

const askWhetherToLeave = (): Promise<boolean> =>
  askInWindow({
    title: t('leave_title'),
    text: t('leave_text'),
    stay: t('leave_stay'),
    leave: t('leave_close'),
  });

function textOfTries(left: number, secrets: readonly UserSecret[]): string {
  if (left > 1) return t('tries_left', String(left));
  return secrets.includes('fidoPin') ? t('tries_last_fido') : t('tries_last');
}

/**
 * Creates the fields for a new PIN.
 *
 * @throws Error if there are no rules for a new FIDO PIN; the host always sends these rules with a question for such a PIN
 */
function newPinFor(name: UserSecret, { rules, fidoRules }: Content): NewPin {
  if (name === 'newPin') return NewPin.ofDevice(rules);
  if (fidoRules === null) throw new Error('there are no rules for a FIDO PIN');
  return NewPin.ofFido(fidoRules);
}

function fieldFor(name: UserSecret, { secrets, retriesLeft }: Content): PinField {
  const isChanged =
    (name === 'pin' && secrets.includes('newPin')) || (name === 'fidoPin' && secrets.includes('newFidoPin'));
  return new PinField(name, t(`${isChanged ? 'field_current_' : 'field_'}${name}`), {
    digitsOnly: false,
    maxLength: FIDO.includes(name) ? FIDO_ENTRY_LENGTH : PIV_ENTRY_LENGTH,
    ...(retriesLeft === null ? {} : { describedBy: 'tries' }),
  });
}

/**
 * Seals every entry to the host's session key, and overwrites the entry. No secret leaves the window unsealed.
 *
 * @param stays returns true for an entry that stays in its field
 */
async function sealAll(
  fields: ReadonlyMap<UserSecret, PinField>,
  content: Content,
  stays: (name: UserSecret) => boolean,
): Promise<Sealed> {
  const { origin, operation, device, host } = content;
  const sealed: Sealed = {};
  for (const [purpose, field] of fields) {
    const bytes = field.read(FIDO.includes(purpose) ? normalizeFidoPin : (entry) => entry);
    if (!stays(purpose)) field.wipe();
    sealed[purpose] = await seal(bytes, host.key, {
      origin,
      operation,
      device: device.id,
      session: host.session,
      purpose,
    });
    bytes.fill(0);
  }
  return sealed;
}
