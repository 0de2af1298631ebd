import { FILTER_KEYS } from '../model/filter-keys.js';
import { element } from '../../element.js';
import { t } from '../../text.js';
import { button } from './parts.js';

/** Returns a short explanation of the filter language. A click on an example inserts it into the filter. */
export function filterHelp(insert: (example: string) => void): HTMLElement {
  const example = (text: string): HTMLElement => button(text, () => insert(text), 'example');
  const rows = Object.entries(FILTER_KEYS).map(([key, { example: shown, values }]) =>
    element(
      'li',
      {},
      element('code', {}, `${key}:`),
      element(
        'span',
        {},
        t(`inspector_key_${key}`),
        ...(values.length === 0 ? [] : [element('span', { class: 'values' }, values.join(', '))]),
      ),
      example(shown),
    ),
  );
  const rules = ['"two words"', 'method:key.*,pin.*', '-method:device.list', 'is:error duration:>100'];
  return element(
    'div',
    {},
    element('p', {}, t('inspector_filter_rules')),
    element('p', { class: 'rules' }, ...rules.map(example)),
    element('ul', { class: 'keys' }, ...rows),
  );
}
