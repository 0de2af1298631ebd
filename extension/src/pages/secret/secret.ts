import { seal, type UserSecret } from '@cardwright/protocol';
import type { WindowAnswer, WindowContent } from '../../own-window.js';
import { showDevice } from '../device-line.js';
import { byId } from '../element.js';
import { showOrigin } from '../origin-line.js';
import { runOwnWindow } from '../own-window-page.js';
import { textOfError } from '../error-text.js';
import { t } from '../text.js';
import { askInWindow } from '../window-question.js';
import { allMet, checkNewPin, type RuleName, type RuleState } from './pin-check.js';
import { PinField } from './pin-field.js';
import { RuleList } from './rule-list.js';

type Content = WindowContent<'secret'>;
type Sealed = WindowAnswer<'secret'>['sealed'];

/** The order in which they are asked, whatever the order of the request. */
const ORDER: readonly UserSecret[] = ['puk', 'pin', 'newPin'];

runOwnWindow('secret', (content, page) => {
  const form = byId('form', HTMLFormElement);
  const next = byId('next', HTMLButtonElement);
  showHeadlines(content);
  next.textContent = content.secrets.includes('newPin') ? t('set_pin') : t('next');
  const fields = new Map(
    ORDER.filter((name) => content.secrets.includes(name)).map((name) => [name, fieldFor(name, content)]),
  );
  const repeated = fields.has('newPin')
    ? new PinField('repeated', t('field_repeated'), { digitsOnly: content.rules.digitsOnly, describedBy: 'rules' })
    : null;
  const tries = byId('tries', HTMLElement);
  const check = (): Partial<Record<RuleName, RuleState>> =>
    repeated ? checkNewPin(fields.get('newPin')?.value ?? '', repeated.value, content.rules) : {};
  const rules = new RuleList(repeated ? ruleNames(check()) : [], content.rules);

  byId('fields', HTMLElement).append(
    // The tries belong to the secret that the card checks, and that is asked first.
    ...[...fields].flatMap(([name, field]) => (name === 'newPin' ? [field.element] : [field.element, tries])),
    ...(repeated ? [repeated.element, rules.element] : []),
  );
  const update = () => {
    const states = check();
    rules.show(states);
    next.disabled = !allMet(states) || [...fields.values()].some(({ value }) => value === '');
  };
  form.addEventListener('input', update);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (next.disabled) return;
    next.disabled = true;
    repeated?.wipe();
    void sealAll(fields, content).then((sealed) => page.answer({ sealed }));
  });
  // Only then is it the device's first PIN: without it, the device is of no use. Any other PIN stays as it is.
  if (content.secrets.every((name) => name === 'newPin')) page.askBeforeLeaving(askWhetherToLeave);
  byId('cancel', HTMLButtonElement).addEventListener('click', () => page.leave());
  update();
  [...fields.values()][0]?.input.focus();
});

function showHeadlines({ origin, device, secrets, problem, retriesLeft }: Content): void {
  const title = t(`secret_title_${secrets.includes('puk') ? 'puk' : secrets.includes('newPin') ? 'newPin' : 'pin'}`);
  byId('title', HTMLElement).textContent = title;
  document.title = title;
  showOrigin(byId('origin', HTMLElement), origin);
  showDevice(byId('device', HTMLElement), device);
  const alert = byId('problem', HTMLElement);
  alert.hidden = problem === null;
  byId('problem-text', HTMLElement).textContent = problem === null ? '' : textOfError(problem);
  const tries = byId('tries', HTMLElement);
  tries.hidden = retriesLeft === null;
  tries.classList.toggle('warning', retriesLeft === 1);
  byId('tries-text', HTMLElement).textContent = retriesLeft === null ? '' : textOfTries(retriesLeft);
}

const askWhetherToLeave = (): Promise<boolean> =>
  askInWindow({
    title: t('leave_title'),
    text: t('leave_text'),
    stay: t('leave_stay'),
    leave: t('leave_close'),
  });

const textOfTries = (left: number): string => (left === 1 ? t('tries_last') : t('tries_left', String(left)));

function fieldFor(name: UserSecret, { secrets, rules, retriesLeft }: Content): PinField {
  if (name === 'newPin') {
    return new PinField(name, t('field_newPin'), { digitsOnly: rules.digitsOnly, describedBy: 'rules' });
  }
  const label = name === 'pin' && secrets.includes('newPin') ? t('field_currentPin') : t(`field_${name}`);
  return new PinField(name, label, { digitsOnly: false, ...(retriesLeft === null ? {} : { describedBy: 'tries' }) });
}

const ruleNames = (states: Partial<Record<RuleName, RuleState>>): RuleName[] => {
  const order: readonly RuleName[] = ['length', 'digits', 'characters', 'trivial', 'same'];
  return order.filter((name) => states[name] !== undefined);
};

/** Seals every entry to the host's session key and wipes it: nothing leaves the window in the clear. */
async function sealAll(fields: ReadonlyMap<UserSecret, PinField>, content: Content): Promise<Sealed> {
  const { origin, operation, device, host } = content;
  const sealed: Sealed = {};
  for (const [purpose, field] of fields) {
    const bytes = field.take();
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
