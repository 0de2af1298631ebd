import { BASE_POINT } from '../../support/public-key.js';

/** The answer to `initialize` of a host that agrees to everything. */
export const OPENED = {
  protocol: { major: 3, minor: 0 },
  versions: { sdk: '0.1.0', extension: '0.1.0', host: '0.1.0' },
  capabilities: ['session', 'device', 'step'],
  session: { key: BASE_POINT },
  granted: ['read', 'use', 'manage'],
};
