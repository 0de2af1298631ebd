import { element } from '../element.js';
import { t } from '../text.js';

/** A link to the inspector, for the menu and the settings. */
export const inspectorLink = (): HTMLAnchorElement =>
  element('a', { href: 'inspector.html', target: '_blank' }, t('inspector_title'));
