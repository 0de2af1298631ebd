/** The sessions and the access that the pages' tests show. */

const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0';
const SAFARI =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1';

/** Makes a session of a list. */
const session = (id: string, browser: string | null, address: string | null, provedBy: string, isThis = false) => ({
  id,
  browser,
  address,
  provedBy,
  isThis,
  createdAt: '2026-11-25T08:00:00.000Z',
  lastUsedAt: '2026-11-25T10:00:00.000Z',
  provedAt: '2026-11-25T08:00:00.000Z',
  expiresAt: '2026-11-25T16:00:00.000Z',
});

/** A person's sessions; the first is that of the page. */
export const SESSIONS = [
  session('5d1c4f44-7f0b-4b85-8a0e-0c9a6a4c7a01', FIREFOX, '192.0.2.7', 'passkey', true),
  session('5d1c4f44-7f0b-4b85-8a0e-0c9a6a4c7a02', SAFARI, '2001:db8:85a3:8d3:1319:8a2e:370:7348', 'password'),
  session('5d1c4f44-7f0b-4b85-8a0e-0c9a6a4c7a03', null, null, 'password'),
];

/** A person's passkeys for signing in. */
export const SIGN_IN_PASSKEYS = [
  { id: 'p1', name: 'Chrome on Windows', lastUsedAt: '2026-11-25T10:00:00.000Z', isBackedUp: true },
  { id: 'p2', name: 'The blue security key in the safe of the office', lastUsedAt: null, isBackedUp: false },
].map((passkey) => ({ ...passkey, createdAt: '2026-11-20T08:00:00.000Z' }));

/** What the audit log says of access to the account. */
export const OWN_ACCESS = [
  { event: 'login', by: 'you', outcome: 'ok', way: 'passkey', isThisSession: true, detail: {} },
  { event: 'session.ended', by: 'portal', outcome: 'ok', way: null, isThisSession: false, detail: { reason: 'idle' } },
  {
    event: 'session.ended',
    by: 'other',
    outcome: 'ok',
    way: 'password',
    isThisSession: false,
    detail: { reason: 'ended-by-operator' },
  },
  {
    event: 'login',
    by: 'anonymous',
    outcome: 'failed',
    way: 'password',
    isThisSession: false,
    detail: { name: 'ada' },
  },
].map((entry, index) => ({
  ...entry,
  id: 40 - index,
  at: '2026-11-25T10:00:00.000Z',
  address: entry.way === null ? null : '192.0.2.7',
}));
