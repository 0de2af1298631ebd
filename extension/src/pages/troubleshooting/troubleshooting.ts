import { describeError, errorCatalogue, isErrorCode, type ErrorCode } from '@cardwright/protocol';
import { byId, element } from '../element.js';
import { localize, t } from '../text.js';

/** Every error of the catalogue with what to do about it; an address with `#CODE` shows that one. */
function run(): void {
  localize(document);
  const codes = Object.keys(errorCatalogue).filter(isErrorCode);
  // The catalogue speaks English only.
  byId('errors', HTMLElement).append(element('div', { lang: 'en' }, ...codes.map(describe)));
  document.body.hidden = false;
  document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

function describe(code: ErrorCode): HTMLElement {
  const { number, message, cause, user, administrator } = describeError(code);
  return element(
    'section',
    { id: code },
    element('h2', {}, message),
    element('p', { class: 'quiet' }, `${t('error_number', String(number))} · ${code}`),
    element('p', {}, cause),
    element('p', {}, element('strong', {}, user)),
    element('p', { class: 'quiet' }, `Administrator: ${administrator}`),
  );
}

if (window.top === window) run();
