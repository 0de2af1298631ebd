// Alone proves: what the extension shows and asks appears in windows of its own.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pressButton } from '@cardwright/stage';
import { generateKeyPair } from 'jose';
import { ExtensionStage, pressToClose } from '../../support/extension-stage.js';
import { signCommands } from '../../support/passkey-steps.js';
import { WireSession } from '../../support/wire-page.js';
import { everyOrOneIn } from '../../support/thorough.js';

const PIN = '739164';

let stage: ExtensionStage;

beforeAll(async () => {
  stage = await ExtensionStage.open();
});

beforeEach(async () => {
  await stage.startOver();
});

afterAll(async () => {
  await stage.close();
});

describe('the window before a device is erased', () => {
  it('explains what a reset of the FIDO application loses, what it keeps, and the consequence', async () => {
    const session = await stage.granted();
    const jws = await signCommands(stage, session, [{ method: 'fido.reset', params: {} }]);
    const answer = session.call('step.run', { jws });
    const window = await stage.window('confirm');
    expect(await window.$eval('#title', (line) => line.textContent)).toBe('Reset passkeys and FIDO PIN?');
    expect(await window.$eval('#keeps:not([hidden])', (line) => line.textContent)).toMatch(/device PIN/);
    expect(await window.$$eval('#fido:not([hidden]) li', (steps) => steps.length)).toBe(3);
    await pressButton(window, '#erase');
    expect((await answer).result).toMatchObject({ outcomes: [{ method: 'fido.reset' }] });
  });

  const losses = [
    ['stays', ['passkeys-stay'], 0],
    ['reset', ['passkeys-go', 'fido'], 3],
    ['shared', ['passkeys-go'], 0],
  ] as const;

  it.each(everyOrOneIn(3, losses))(
    'explains the loss of passkeys if FIDO is %s, and the consequence',
    async (fido, shown, steps) => {
      const session = await stage.granted();
      const asked = [{ method: 'device.confirmErasure', params: fido === 'stays' ? {} : { fido } }];
      const answer = session.call('step.run', { jws: await signCommands(stage, session, asked) });
      const window = await stage.window('confirm');
      expect(await window.$eval('#title', (line) => line.textContent)).toBe('Erase this device?');
      const ids = ['passkeys-stay', 'passkeys-go', 'fido', 'keeps'];
      const seen = await window.evaluate(
        (all) => all.filter((id) => document.getElementById(id)?.checkVisibility() === true),
        ids,
      );
      expect(seen).toEqual(shown);
      expect(await window.$$eval('#fido:not([hidden]) li', (items) => items.length)).toBe(steps);
      await pressButton(window, '#erase');
      expect((await answer).result).toMatchObject({ outcomes: [{ method: 'device.confirmErasure' }] });
    },
  );

  it('erases only after a click on a button that is not the default', async () => {
    const session = await stage.granted();
    const answer = session.call('step.run', { jws: 'a.b.c' });
    const window = await stage.window('confirm');
    expect(await window.evaluate(() => document.activeElement?.id)).toBe('cancel');
    await pressButton(window, '#erase');
    expect((await answer).result).toMatchObject({ outcomes: [{ method: 'device.reset' }] });
    const again = session.code('step.run', { jws: 'a.b.c' });
    await pressToClose(await stage.window('confirm'), 'Enter');
    expect(await again).toBe('USER_CANCELLED');
  });
});

describe('a secret for a person', () => {
  it('is shown once, in the window alone', async () => {
    const session = await stage.granted();
    const jws = await stage.signForDisplay(session, PIN, { signed: { owner: 'Ada Lovelace' } });
    const answer = session.call('secret.display', { jws });
    const window = await stage.window('display');
    const shown = await window.$$eval('#secret [aria-hidden]', (groups) => groups.map((group) => group.textContent));
    expect(shown).toEqual(['739', '164']);
    expect(await window.$eval('#label', (line) => line.textContent)).toBe('Initial PIN');
    expect(await window.$eval('#device', (line) => line.textContent)).toBe('Serial number 12345678Owner: Ada Lovelace');
    await pressButton(window, '#done');
    expect((await answer).result).toEqual({});
    expect(await session.code('secret.display', { jws })).toBe('SECRET_REFUSED');
  });

  it('is refused if the page invented it, and if the CMS signed it for another purpose', async () => {
    const session = await stage.granted();
    const { privateKey: pagesOwn } = await generateKeyPair('ES256');
    const other = await WireSession.open(session.page);
    await other.initialize();
    const cases = {
      'signed by the page': await stage.signForDisplay(session, PIN, { signer: pagesOwn }),
      'for another session': await stage.signForDisplay(other, PIN),
      'for another site': await stage.signForDisplay(session, PIN, { signed: { origin: 'https://cms.example' } }),
      'for another device': await stage.signForDisplay(session, PIN, { signed: { device: 'serial:87654321' } }),
      'sealed for another device': await stage.signForDisplay(session, PIN, { sealed: { device: 'serial:8' } }),
      'until a minute ago': await stage.signForDisplay(session, PIN, {
        signed: { expires: Math.floor(Date.now() / 1000) - 60 },
      }),
      'as a message': await stage.signForDisplay(session, 'CALL +49 30 1234567'),
    };
    for (const [why, jws] of Object.entries(cases))
      expect([why, await session.code('secret.display', { jws })]).toEqual([why, 'SECRET_REFUSED']);
    expect(stage.openWindows()).toBe(0);
  });

  it('is not shown to a site whose CMS has no keys', async () => {
    stage.portal.wellKnown = 'missing';
    const session = await stage.granted();
    expect((await stage.showSecret(session, PIN)).error?.data.name).toBe('SECRET_REFUSED');
  });
});
