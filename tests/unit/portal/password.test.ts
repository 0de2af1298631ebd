import { expect, it } from '@jest/globals';
import { COST, DEMO_COST, isPassword, Passwords } from '../../../portal/src/server/accounts/password.js';

const passwords = new Passwords();
const quick = new Passwords(DEMO_COST);

it('accepts the password that was hashed, however its accents are composed, and no other', async () => {
  const stored = await quick.hash('Zürich-2026');
  expect(await isPassword('Zu\u0308rich-2026', stored)).toBe(true);
  expect(await quick.isRight('Zu\u0308rich-2026', stored)).toBe(true);
  expect(await isPassword('zürich-2026', stored)).toBe(false);
  expect(await quick.isRight('', stored)).toBe(false);
});

it('salts each hash separately, and stores its cost with it: that of OWASP', async () => {
  const [one, two] = [await passwords.hash('the same'), await passwords.hash('the same')];
  expect(one).not.toBe(two);
  expect(one).toMatch(/^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
});

it.each(['plain$anything', null])('accepts no password for %s', async (stored) => {
  expect(await isPassword('anything', stored)).toBe(false);
  expect(await quick.isRight('anything', stored)).toBe(false);
});

it.each([
  ['of the portal before this one', { ...COST, p: 1 }, true],
  ['of a demo', DEMO_COST, true],
  ['of today', COST, false],
  ['of a later portal', { ...COST, N: COST.N * 2, p: 2 }, false],
])('replaces the hash %s: %j', (_, cost, isOutdated) => {
  expect(passwords.isOutdated(`scrypt$${cost.N}$${cost.r}$${cost.p}$c2FsdA$aGFzaA`)).toBe(isOutdated);
});
