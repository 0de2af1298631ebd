import type { PublicJwk, PublicJwkSet } from '../../schema.js';

/** A key pair whose private key is published. */
export interface TestKey {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
  /** The private key (RFC 7518, 6.2.2.1), in base64url. */
  readonly d: string;
}

/** **For test vectors only.** These private keys are published with the vectors: nothing that they sign or open can be trusted. */
export const testKeys = {
  cmsSigning: {
    kty: 'EC',
    crv: 'P-256',
    x: 'GvrN0_unLaLQh2My-fyykrVmrmm9QbuOKiZocOqFYBM',
    y: 'cIxCNHHaQvVVaVMjD6s6EgeJTwdcqDgQDldgI7etq7s',
    d: 'zQcmHN7X-D4lYE8d_hs52J0TlPX3ujbc1nS9VLRU3TU',
  },
  cmsOlderSigning: {
    kty: 'EC',
    crv: 'P-256',
    x: 'lSXLkbPrVAYZtjso0-18a8WRAwoU_4qP4qWD7ai-ZRU',
    y: 'dnlb51FXs1-BYewFvXBJesGQZ1sFhMz6gleto92WHc8',
    d: '05Y8IJ0mM-bgzUJhUOWqfMO7gqWnJ3Vnr062FxHjqVA',
  },
  cmsSealing: {
    kty: 'EC',
    crv: 'P-256',
    x: 'a9gtUuZ6yN9yzf6rd_pMctWuNp6AOJtsnhyhwCHB7tE',
    y: 'm9LoPYo2VCi3jA_THo417NGKEAnZThphiZ1Ob1v-Lyw',
    d: 'E716upcglKua4PnhEa6jlcL1i9L-nSQCYkqY_U9pGUw',
  },
  host: {
    kty: 'EC',
    crv: 'P-256',
    x: 'PWSN6q-6oX3h_vN7coV4xKFzJpl4STfAg_WF4BMWYhE',
    y: 'FGz6uUtUC293BOf0kyKByiKIJSy9F-I6w-VSbWl7q88',
    d: 'sES1Zs8l9b4uk62YGC7fWGocXia7W4RcxcZLC6p2evo',
  },
  window: {
    kty: 'EC',
    crv: 'P-256',
    x: 'ZvyxSTSYlLcj0Qt3_GfIrfLqQmOv6gnqMbWw8O2qTlQ',
    y: '0NGVQ_YyUD2NME_J5PqIbgTviHdJD3hBH4dHScOqbZA',
    d: 'omGU14cixs3osqBBlnHKuhYMYHTgy7bb7CqFqE1JNMY',
  },
  strangerSigning: {
    kty: 'EC',
    crv: 'P-256',
    x: 'mm8-_sbNMThuu0tYxs0EpozYeEFw5wYsvAXp0rSNC2g',
    y: '9HzyORirEId8DcKNtEFw1J5p2An5knnCRe6SmhpxlD8',
    d: 'up03GRpjarai4FCEY904k3iw7RWdcvGqHmlEFAUHJ2o',
  },
  strangerSealing: {
    kty: 'EC',
    crv: 'P-256',
    x: 'oxMwzo0kMshnkZobqsbhqj0g7fT1TsCtjIQIPD70fV4',
    y: 'QdftrJnhA0txUaQxjB4wbI9pv80C51a1vV1IgQti-vY',
    d: 'QlqtTs-1TCNBLlcMCJAxPgUn9hQL9vjyDw_5bc2tK1Q',
  },
  ephemeral: {
    kty: 'EC',
    crv: 'P-256',
    x: 'hEXuoCDl0zArzMGCNMqHg8NwTTWwHq7uQn3gN9J_BSo',
    y: 'QsXLhJj7z5dpWRFwOZI3bVhJTq2YoEvHZoyVsqEou9E',
    d: '3JeH82b2jmGVs3tO4PuR5t3Yri2cQm9_TDoLFytZx-k',
  },
} as const satisfies Readonly<Record<string, TestKey>>;

export const publicPartOf = ({ kty, crv, x, y }: TestKey): PublicJwk => ({ kty, crv, x, y });

/** Id (`kid`) of the CMS's current signing key in its key set. */
export const SIGNING_KID = 'test-only-sign-2';
export const OLDER_SIGNING_KID = 'test-only-sign-1';
export const SEALING_KID = 'test-only-seal-1';

/** The key set that the CMS of the vectors publishes. */
export const cmsKeySet: PublicJwkSet = {
  keys: [
    { ...publicPartOf(testKeys.cmsOlderSigning), kid: OLDER_SIGNING_KID, use: 'sig', alg: 'ES256' },
    { ...publicPartOf(testKeys.cmsSigning), kid: SIGNING_KID, use: 'sig', alg: 'ES256' },
    { ...publicPartOf(testKeys.cmsSealing), kid: SEALING_KID, use: 'enc', alg: 'ECDH-ES' },
  ],
};
