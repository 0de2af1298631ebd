import {
  commands,
  describeError,
  isErrorCode,
  isMethod,
  isUserMethod,
  wordsOfCode,
  type ErrorCode,
} from '@cardwright/protocol';
import { userRequests, type RequestDefinition } from '@cardwright/protocol/command-definitions';
import { element } from '../../element.js';
import { readErrorTexts } from '../../error-text.js';
import { t } from '../../text.js';
import { formatDuration } from '../model/waterfall.js';
import { english, facts, section, type Folding } from './parts.js';

/** Returns what the command table says about a method; an empty list for an unknown method. */
export function describeMethod(method: string, folding: Folding): HTMLElement[] {
  const definition = definitionOf(method);
  if (definition === null) return [];
  const { summary, permission, handledBy, timeout, errors } = definition;
  return [
    section(
      t('inspector_documentation'),
      folding,
      english(summary),
      facts(
        [t('inspector_permission'), element('code', {}, permission)],
        [t('inspector_handled_by'), t(`inspector_lane_${handledBy}`)],
        ...(isMethod(method)
          ? [[t('inspector_reach'), element('code', {}, commands[method].reach.join(', '))] as const]
          : []),
        [t('inspector_timeout'), formatDuration(timeout)],
        ...(errors.length === 0 ? [] : [[t('inspector_errors'), codes(errors)] as const]),
      ),
    ),
  ];
}

function definitionOf(method: string): RequestDefinition | null {
  if (isMethod(method)) return commands[method];
  return isUserMethod(method) ? userRequests[method] : null;
}

const codes = (errors: readonly ErrorCode[]): HTMLElement =>
  element('span', { class: 'codes' }, ...errors.map((code) => helpLink(code, code)));

/** Returns a link to the error's entry on the troubleshooting page. */
export const helpLink = (code: ErrorCode, text: string): HTMLAnchorElement =>
  element('a', { href: `troubleshooting.html#${code}`, target: '_blank', rel: 'noopener' }, text);

/** Returns what the catalogue says about an error, such as its cause and remedy. For an unknown code, says that the code is unknown. */
export function describeFault(code: string): HTMLElement {
  if (!isErrorCode(code)) {
    return element('div', { class: 'fault' }, element('h3', {}, code), element('p', {}, t('inspector_error_unknown')));
  }
  const { number, layer, message, recovery } = describeError(code);
  const [cause, user, administrator] = [english('', 'span'), english('', 'span'), english('', 'span')];
  void readErrorTexts('en').then((texts) => {
    const words = wordsOfCode(code, texts);
    cause.textContent = words.cause;
    user.textContent = words.user;
    administrator.textContent = texts[code]?.administrator ?? '';
  });
  return element(
    'div',
    { class: 'fault' },
    element('h3', {}, element('code', {}, code), element('span', { class: 'number' }, String(number))),
    element('p', { lang: 'en', class: 'message' }, message),
    facts(
      [t('inspector_error_layer'), element('code', {}, layer)],
      [t('inspector_error_cause'), cause],
      [t('inspector_error_user'), user],
      [t('inspector_error_administrator'), administrator],
      [t('inspector_error_recovery'), element('code', {}, recovery)],
    ),
    helpLink(code, t('troubleshooting')),
  );
}
