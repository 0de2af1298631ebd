import { describe, expect, it } from '@jest/globals';
import { languageName, LANGUAGES } from '@cardwright/words';
import type { Page } from 'puppeteer-core';
import { fill, waitFor } from '../../support/page-stage.js';
import { PortalPages, type PortalScene } from '../../support/portal-pages.js';

const portal = PortalPages.forTests();

async function open(scene: Partial<PortalScene> = {}): Promise<Page> {
  const page = await portal.open({ page: 'login', ...scene });
  await waitFor(page, '>>> #login');
  return page;
}

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
    await page.close();
  });

  it.each([
    ['en', 'Can’t sign in? Ask your help desk.'],
    ['de', 'Sie können sich nicht anmelden? Fragen Sie Ihren Helpdesk.'],
  ] as const)('names in %s the help desk for people who cannot sign in', async (language, sentence) => {
    const page = await open({ language });
    const help = await page.$eval('>>> .help', (one) => one.textContent.replace(/\s+/g, ' ').trim());
    expect(help).toBe(`${sentence} IT Service Desk · +49 89 1234-0 · service.desk@example.org`);
    await page.close();
  });
});
