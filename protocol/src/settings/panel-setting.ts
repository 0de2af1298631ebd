import { asItIs, defineSetting } from './setting.js';

/**
 * Setting that makes the inspector a panel of the developer tools. The setting has a file of its own, because the page that adds the panel
 * to the developer tools reads no other setting.
 */
export const inspectorPanel = defineSetting<boolean | null>({
  schema: { type: 'boolean' },
  absent: null,
  read(value, unreadable) {
    if (typeof value !== 'boolean') unreadable();
    return value === true;
  },
  describe: asItIs,
});
