import { describe, expect, it } from '@jest/globals';
import { languageName, LANGUAGES } from '@cardwright/words';
import type { Page } from 'puppeteer-core';
import { click, fill, waitFor } from '../../support/page-stage.js';
import { PortalPages, type PortalScene } from '../../support/portal-pages.js';

const portal = PortalPages.forTests();

async function open(scene: Partial<PortalScene> = {}): Promise<Page> {
  const page = await portal.open({ page: 'login', ...scene });
  await waitFor(page, '>>> #login');
  return page;
}

const problemOf = (page: Page): Promise<string> => page.$eval('>>> [role=alert]', (one) => one.textContent.trim());
const headingOf = (page: Page): Promise<string> => page.$eval('>>> h1', ({ textContent }) => textContent);

describe('the page on which people sign in', () => {
  it('is shown in the language that is chosen there, and sends the choice to the portal', async () => {
    const page = await open();
    expect(await headingOf(page)).toBe('Sign in');
    const names = await page.$$eval('>>> #language option', (all) => all.map((one) => one.textContent.trim()));
    expect(names).toEqual(LANGUAGES.map(languageName));
    await Promise.all([page.waitForNavigation(), fill(page, '>>> #language', 'de')]);
    await waitFor(page, '>>> #login');
    expect(await headingOf(page)).toBe('Anmelden');
    expect(portal.calls).toContain('PUT session/language');
    expect(portal.bodies).toEqual([{ language: 'de' }]);
    expect(await page.$eval('>>> #language', (select) => 'value' in select && select.value)).toBe('de');
  });

  it.each([
    ['en', 'Can’t sign in? Ask your help desk.'],
    ['de', 'Sie können sich nicht anmelden? Fragen Sie Ihren Helpdesk.'],
  ] as const)('names in %s the help desk for people who cannot sign in', async (language, sentence) => {
    const page = await open({ language });
    const help = await page.$eval('>>> .help', (one) => one.textContent.replace(/\s+/g, ' ').trim());
    expect(help).toBe(`${sentence} IT Service Desk · +49 89 1234-0 · service.desk@example.org`);
  });

  it.each([
    ['/login?to=%2Faccount#ended', ['Your session has ended. Sign in again.']],
    ['/login?to=%2Faccount', []],
  ])(
    'says that a session has ended, only to the person whom a page has sent there for that: %s',
    async (address, said) => {
      const page = await open({ address });
      expect(await page.$$eval('>>> [role=status]', (all) => all.map((one) => one.textContent.trim()))).toEqual(said);
    },
  );

  it('shows a button for each provider above the password form, and says if one cannot be used', async () => {
    const page = await open({ providers: [{ name: 'work', title: 'Work' }], refusal: 'away' });
    await waitFor(page, '>>> .provider');
    const labels = await page.$$eval('>>> form button', (all) => all.map((one) => one.textContent.trim()));
    expect(labels).toEqual(['Sign in with Work', 'Sign in']);
    await click(page, '>>> .provider');
    await waitFor(page, '>>> [role=alert]');
    expect(await problemOf(page)).toBe('This way to sign in isn’t available now. Try again in a few minutes.');
    expect(portal.bodies).toEqual([{ provider: 'work', returnTo: null }]);
  });

  it.each([
    ['/operator', '/operator'],
    ['https://evil.example/', null],
    ['//evil.example', null],
    ['javascript:alert(1)', null],
  ])('asks to return to the page that was wanted, if it is one of the portal: %s', async (wanted, returnTo) => {
    const address = `/login?to=${encodeURIComponent(wanted)}`;
    const page = await open({ address, providers: [{ name: 'work', title: 'Work' }] });
    await waitFor(page, '>>> .provider');
    await click(page, '>>> .provider');
    await waitFor(page, '>>> [role=alert]');
    expect(portal.bodies).toEqual([{ provider: 'work', returnTo }]);
  });

  it('posts what a provider has answered, takes it out of the address, and says why it opened no session', async () => {
    const page = await open({ address: '/sign-in/work?code=c&state=s', refusal: 'taken' });
    await waitFor(page, '>>> [role=alert]');
    expect(await problemOf(page)).toBe('Your user name already belongs to another account here. Ask your help desk.');
    expect(portal.bodies).toEqual([{ provider: 'work', answer: '?code=c&state=s' }]);
    expect(await page.evaluate(() => location.pathname + location.search)).toBe('/login');
  });
});
