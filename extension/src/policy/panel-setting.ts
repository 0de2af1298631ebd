import { asItIs, defineSetting } from './setting.js';

/** A file of its own, because pages of the developer tools read nothing else. */
export const inspectorPanel = defineSetting<boolean | null>({
  title: 'Whether the developer tools have the protocol inspector',
  description: 'true adds its panel, false forbids it; without it the user decides.',
  schema: { type: 'boolean' },
  absent: null,
  read(value, unreadable) {
    if (typeof value !== 'boolean') unreadable();
    return value === true;
  },
  describe: asItIs,
});
