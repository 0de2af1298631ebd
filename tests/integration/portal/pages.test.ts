import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTestPortal, type TestPortal } from './support/test-portal.js';

let portal: TestPortal;

beforeAll(async () => {
  portal = await startTestPortal();
});
afterAll(() => portal.remove());

it.each([
  ['/login', 'de-AT,de;q=0.9,en;q=0.8', 'de', 'Anmelden'],
  ['/login', 'fr', 'en', 'Log in'],
  ['/my-devices', 'de', 'de', 'Meine Geräte'],
  ['/my-devices', 'en-GB,de', 'en', 'My Devices'],
  // Only the pages for users speak German.
  ['/operator', 'de', 'en', 'Operator'],
])('sends %s to a browser that asks for %s in %s', async (path, wished, language, title) => {
  const response = await fetch(`http://127.0.0.1:${portal.port}${path}`, { headers: { 'accept-language': wished } });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-language')).toBe(language);
  expect(response.headers.get('vary')).toContain('accept-language');
  expect(await response.text()).toMatch(
    new RegExp(`<html lang="${language}">[^]*<title>${title} · Cardwright</title>`),
  );
});
