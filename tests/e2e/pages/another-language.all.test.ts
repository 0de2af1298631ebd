import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startPortal, type PortalProcess } from '@cardwright/stage';
import { EnlargedHouse } from '../../support/enlarged-house.js';
import { openPage, openPageBrowser, textOf, waitFor, type PageBrowser } from '../../support/page-stage.js';

/** A language of ten sentences, as from someone who begins with it. */
const FRENCH = {
  'dialogs.ts': `import type { words as english } from '../en/dialogs.js';
import type { Partly } from '../partly.js';

export const words: Partly<typeof english> = {
  cancel: 'Annuler',
  checking: 'Vérification de cet ordinateur',
  operations: { issue: { title: 'Ajouter un appareil' } },
};
`,
  'errors.ts': `import type { words as english } from '../en/errors.js';
import type { ErrorsIn } from '../error-text.js';

export const words: ErrorsIn<typeof english> = {
  NO_READER: { message: 'Aucun lecteur de cartes n’est connecté.', user: 'Connectez-en un, puis réessayez.' },
};
`,
  'extension.ts': `import type { words as english } from '../en/extension.js';
import type { Partly } from '../partly.js';

export const words: Partly<typeof english> = { cancel: 'Annuler', settings: 'Paramètres' };
`,
  'portal.ts': `import type { words as english } from '../en/portal.js';
import type { Partly } from '../partly.js';

export const words: Partly<typeof english> = { signIn: 'Connexion', myDevices: 'Mes appareils' };
`,
  'cms.ts': `import type { words as english } from '../en/cms.js';
import type { Partly } from '../partly.js';

export const words: Partly<typeof english> = { phases: { keys: 'Création des clés' } };
`,
};

let house: EnlargedHouse;
let portal: PortalProcess;
let browser: PageBrowser;
beforeAll(async () => {
  house = new EnlargedHouse('fr', FRENCH);
  house.build();
  portal = await startPortal({ program: house.at('portal', 'dist', 'server', 'main.js') });
  browser = await openPageBrowser();
});
afterAll(async () => {
  await browser.close();
  await portal.stop();
  house.remove();
});

const get = (path: string): Promise<Response> =>
  fetch(`${portal.url}${path}`, { headers: { 'accept-language': 'fr-CA, en;q=0.5' } });

describe('a language of ten sentences, in one folder', () => {
  it('is spoken by the extension, and is English in everything else', () => {
    const messages = house.readJson('extension/dist/chromium/_locales/fr/messages.json');
    expect(messages).toMatchObject({
      language: { message: 'fr' },
      settings: { message: 'Paramètres' },
      refresh: { message: 'Refresh' },
    });
    expect(house.readJson('extension/dist/chromium/errors/fr.json')).toMatchObject({
      NO_READER: { message: 'Aucun lecteur de cartes n’est connecté.', cause: expect.stringMatching(/^It is not/) },
      DEVICE_BUSY: { message: 'Another program is using the device.' },
    });
    expect(house.readJson('extension/policy-schema.json')).toMatchObject({
      properties: { locale: { enum: ['en', 'de', 'fr'] } },
    });
  });

  it('has a template of policies', () => {
    expect(house.read('installers/policies/windows/fr-FR/Cardwright.adml')).toContain('Settings of the Cardwright');
  });

  it('is spoken by the portal, which starts', async () => {
    const login = await get('/login');
    expect([login.status, login.headers.get('content-language')]).toEqual([200, 'fr']);
    expect(await login.text()).toMatch(/<html lang="fr">[^]*<title>Sign in · Cardwright<\/title>/);
    const help = await (await get('/help/troubleshooting')).text();
    expect(help).toContain('Connectez-en un, puis réessayez.');
    expect(help).toContain('Another program is using the device.');
  });

  it('is shown by its pages, sentence by sentence', async () => {
    const page = await openPage(browser, 'about:blank');
    await page.setExtraHTTPHeaders({ 'accept-language': 'fr' });
    await page.goto(`${portal.url}/login`);
    await waitFor(page, '>>> #submit, >>> button[type=submit]');
    const said = await page.$eval('portal-login', ({ shadowRoot }) => shadowRoot?.textContent ?? '');
    expect(said).toContain('Connexion');
    expect(said).toContain('Password');
    await page.close();
  });

  it('is shown by the dialogs of the sdk, sentence by sentence', async () => {
    const page = await openPage(browser, 'about:blank');
    await page.setExtraHTTPHeaders({ 'accept-language': 'fr' });
    await page.goto(`${portal.url}/login`);
    await page.evaluate(async () => {
      await import(new URL('/my-devices.js', location.href).href);
      const dialog = document.createElement('cardwright-add-device');
      document.body.append(dialog);
      await dialog.open();
    });
    await waitFor(page, '>>> cardwright-dialog ::-p-text(Annuler)');
    const said = await textOf(page, 'cardwright-add-device');
    expect(said).toContain('Vérification de cet ordinateur');
    expect(said).toContain('Browser extension');
    const attributes = await page.$eval('>>> cardwright-dialog', ({ lang, heading }) => [lang, heading]);
    expect(attributes).toEqual(['fr', 'Ajouter un appareil']);
    await page.close();
  });

  it('does not compile with a sentence that English lacks', () => {
    house.write('words/src/fr/portal.ts', FRENCH['portal.ts'].replace('signIn:', 'signInn:'));
    expect(() => house.build()).toThrow(/fr\/portal\.ts.*signInn/);
  });
});
