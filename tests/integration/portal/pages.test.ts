import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { errorCatalogue } from '@cardwright/protocol';
import { startTestPortal, type TestPortal } from './support/test-portal.js';

let portal: TestPortal;

beforeAll(async () => {
  portal = await startTestPortal({
    CARDWRIGHT_HELP_DESK_NAME: 'IT "><script>alert(1)</script>',
    CARDWRIGHT_HELP_DESK_PHONE: '+49 89 123',
    CARDWRIGHT_SECURITY_CONTACTS: 'mailto:security@it.example, https://it.example/report',
    CARDWRIGHT_DOWNLOAD_LINUX: 'https://it.example/cardwright.deb?a=1&b="',
  });
});
afterAll(() => portal.remove());

it.each([
  ['/login', 'de-AT,de;q=0.9,en;q=0.8', 'de', 'Anmelden'],
  ['/login', 'qaa', 'en', 'Sign in'],
  ['/my-devices', 'de', 'de', 'Meine Geräte'],
  ['/my-devices', 'en-GB,de', 'en', 'My Devices'],
  ['/operator', 'de', 'de', 'Operator'],
  ['/operator/devices/1', 'de', 'de', 'Gerät'],
])('sends %s to a browser that asks for %s in %s', async (path, wished, language, title) => {
  const response = await fetch(`http://127.0.0.1:${portal.port}${path}`, { headers: { 'accept-language': wished } });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-language')).toBe(language);
  expect(response.headers.get('vary')).toContain('accept-language');
  expect(await response.text()).toMatch(
    new RegExp(`<html lang="${language}">[^]*<title>${title} · Cardwright</title>`),
  );
});

it('names the help desk in every page, and its name cannot run anywhere', async () => {
  for (const path of ['/my-devices', '/help/troubleshooting']) {
    const html = await (await fetch(`http://127.0.0.1:${portal.port}${path}`)).text();
    expect(html).toContain('&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).not.toContain('<script>alert');
    expect(html).not.toContain('{helpDesk}');
  }
});

it.each([
  ['de', 'Hilfe bei Problemen', 'Der Kartenleser wurde abgezogen.'],
  ['en', 'Troubleshooting', 'The card reader was unplugged.'],
])('explains every error in %s, by its code', async (wished, title, message) => {
  const headers = { 'accept-language': wished };
  const response = await fetch(`http://127.0.0.1:${portal.port}/help/troubleshooting`, { headers });
  expect(response.headers.get('content-language')).toBe(wished);
  const html = await response.text();
  expect(html).toContain(`<title>${title} · Cardwright</title>`);
  expect(html).toContain(message);
  expect(html).toContain('href="tel:+4989123"');
  for (const code of Object.keys(errorCatalogue)) expect(html).toContain(`<article id="${code}">`);
});

it('tells whoever finds a weakness where to report it', async () => {
  const response = await fetch(`http://127.0.0.1:${portal.port}/.well-known/security.txt`);
  expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  expect(await response.text()).toMatch(
    /^Contact: mailto:security@it\.example\r\nContact: https:\/\/it\.example\/report\r\nExpires: /,
  );
});

it.each([
  ['/login', 'text/html'],
  ['/help/troubleshooting', 'text/html'],
  ['/login.js', 'application/javascript'],
  ['/page.css', 'text/css'],
  ['/favicon.svg', 'image/svg+xml'],
  ['/api/session', 'application/json'],
  ['/none', 'application/json'],
])('states the type of %s, and its characters', async (path, type) => {
  const { headers } = await fetch(`http://127.0.0.1:${portal.port}${path}`);
  expect(headers.get('content-type')).toBe(`${type}; charset=utf-8`);
});

it.each(['/.', '/public/', '/./'])('lists no folder at %s', async (path) => {
  const response = await fetch(`http://127.0.0.1:${portal.port}${path}`, { redirect: 'manual' });
  expect([302, 404]).toContain(response.status);
  expect(await response.text()).not.toContain('page.css');
});
