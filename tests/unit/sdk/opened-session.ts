/** 32 bytes in base64url. */
const BYTES = 'A'.repeat(43);

/** The answer to `initialize` of a host that agrees to everything. */
export const OPENED = {
  protocol: { major: 3, minor: 0 },
  versions: { sdk: '0.1.0', extension: '0.1.0', host: '0.1.0' },
  capabilities: ['session', 'device', 'step'],
  session: { key: { kty: 'EC', crv: 'P-256', x: BYTES, y: BYTES } },
  granted: ['read', 'use', 'manage'],
};
