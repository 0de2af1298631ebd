import { expect, it } from '@jest/globals';
import { hashPassword, isPassword } from '../../../portal/src/server/accounts/password.js';

it('accepts the password that was hashed, however its accents are composed, and no other', async () => {
  const stored = await hashPassword('Zürich-2026');
  expect(await isPassword('Zu\u0308rich-2026', stored)).toBe(true);
  expect(await isPassword('zürich-2026', stored)).toBe(false);
  expect(await isPassword('', stored)).toBe(false);
});

it('salts each hash separately, and stores its cost with it', async () => {
  const [one, two] = [await hashPassword('the same'), await hashPassword('the same')];
  expect(one).not.toBe(two);
  expect(one).toMatch(/^scrypt\$32768\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
});

it('accepts no password for a hash of another scheme', async () => {
  expect(await isPassword('anything', 'plain$anything')).toBe(false);
});
