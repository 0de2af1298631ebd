import { asItIs, defineSetting } from './setting.js';

/** In a separate file, because pages of the developer tools read nothing else. */
export const inspectorPanel = defineSetting<boolean | null>({
  schema: { type: 'boolean' },
  absent: null,
  read(value, unreadable) {
    if (typeof value !== 'boolean') unreadable();
    return value === true;
  },
  describe: asItIs,
});
