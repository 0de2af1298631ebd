import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { VirtualAuthenticator, pressButton, until } from '@cardwright/stage';
import type { Page } from 'puppeteer-core';
import { openClipboard, readClipboard } from '../../support/clipboard.js';
import { ExtensionStage } from '../../support/extension-stage.js';
import { followTrace } from '../../support/inspector-port.js';
import { creation, optionsFor, signCommands } from '../../support/passkey-steps.js';
import { everyOrNamed, thoroughIt } from '../../support/thorough.js';
import type { WireAnswer, WireSession } from '../../support/wire-page.js';

/** The extension's interface, in its own windows. */
declare const chrome: { permissions: object };

const TEMPORARY_PIN = '739164';
const FOREIGN = 'https://login.microsoft.com';
const ID = 901;

let stage: ExtensionStage;

beforeAll(async () => {
  stage = await ExtensionStage.open();
});

beforeEach(async () => {
  await stage.startOver();
  const { origin } = stage.portal;
  const extension = {
    allowedSites: { [origin]: ['read', 'use', 'manage'] },
    foreignRelyingParties: { [origin]: [{ origin: FOREIGN }] },
  };
  await stage.chromium.setPolicy({ extension });
});

afterAll(async () => {
  await stage.close();
});

const orderOwn = (session: WireSession, number = 1): Promise<string> =>
  signCommands(stage, session, [creation('page', stage.portal.origin, optionsFor('localhost'))], { number });

/** Has the page of a session wait with the browser's dialog until a security key is connected. */
async function waiting(open?: WireSession): Promise<{
  readonly session: WireSession;
  readonly connectKey: () => Promise<VirtualAuthenticator>;
  readonly answer: Promise<WireAnswer>;
  readonly window: Page;
}> {
  const session = open ?? (await stage.opened());
  const connectKey = await withoutKey(session.page);
  const answer = session.call('step.run', { jws: await orderOwn(session) });
  // Its page may be closed.
  answer.catch(() => null);
  const window = await stage.window('passkey');
  await pressButton(window, '#continue');
  await window.waitForSelector('#under-way:not([hidden])');
  return { session, connectKey, answer, window };
}

/** @returns a function that connects a key, which is touched at once */
async function withoutKey(page: Page): Promise<() => Promise<VirtualAuthenticator>> {
  const client = await page.createCDPSession();
  await client.send('WebAuthn.enable');
  return () => VirtualAuthenticator.plugIntoSession(client, {});
}

async function everyWindowCloses(): Promise<void> {
  await until(() => stage.openWindows() === 0, { what: 'the end of every window' });
}

describe('while the browser’s dialog is open', () => {
  it('keeps our window beside it with the temporary PIN, which no page finds in the clipboard and no record has', async () => {
    stage.orderPasskeys({ temporaryPin: TEMPORARY_PIN });
    const inspector = await stage.ownPage('options');
    const readTrace = await followTrace(inspector);
    const session = await stage.opened();
    await openClipboard(session.page);
    await session.page.bringToFront();
    await session.page.evaluate(() => navigator.clipboard.writeText('a note'));
    const { connectKey, answer, window } = await waiting(session);
    const shown = await window.$$eval('#secret [aria-hidden]', (groups) => groups.map((group) => group.textContent));
    expect(shown).toEqual(['739', '164']);
    expect(await readClipboard(session.page)).toBe('a note');
    await window.bringToFront();
    await connectKey();
    expect((await answer).error).toBeUndefined();
    await until(() => window.isClosed(), { what: 'the end of the window' });
    expect(await readClipboard(session.page)).toBe('a note');
    const trace = await readTrace();
    expect(trace).toContain('user.createPasskey');
    const heard = await session.page.evaluate('JSON.stringify(sessions.map((session) => session.heard))');
    const kept = JSON.stringify([await stage.remembered(), stage.hostNotes()]);
    expect(trace).toContain('"temporaryPin":"[redacted]"');
    for (const record of [trace, heard, kept]) expect(record).not.toContain(TEMPORARY_PIN);
  });

  thoroughIt('ends it when the user cancels in our window', async () => {
    const { answer, window } = await waiting();
    await pressButton(window, '#cancel');
    expect((await answer).error?.data.name).toBe('USER_CANCELLED');
    await everyWindowCloses();
  });

  it('ends the dialog when the page cancels, and another can begin', async () => {
    const session = await stage.opened();
    const connectKey = await withoutKey(session.page);
    await session.post({ jsonrpc: '2.0', id: ID, method: 'step.run', params: { jws: await orderOwn(session) } });
    await pressButton(await stage.window('passkey'), '#continue');
    await session.post({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: ID } });
    expect((await session.failure(ID)).error?.data.name).toBe('CANCELLED');
    await everyWindowCloses();
    await connectKey();
    const answer = session.call('step.run', { jws: await orderOwn(session, 2) });
    await pressButton(await stage.window('passkey'), '#continue');
    // The browser closes a dialog only a moment after the request.
    expect((await answer).error).toBeUndefined();
  });

  it.each(everyOrNamed(['navigates away', 'is closed'], 'navigates away'))(
    'closes everything when a page %s',
    async (how) => {
      const { session, connectKey } = await waiting();
      if (how === 'is closed') await session.page.close();
      else await session.page.goto(`${stage.portal.origin}/elsewhere`);
      await everyWindowCloses();
      await stage.everyHostEnds();
      if (how !== 'is closed') expect(await (await connectKey()).credentials()).toEqual([]);
    },
  );
});

describe('the permission for a foreign relying party', () => {
  it.each(everyOrNamed([false, true], false))(
    'is asked for by a click in our window; if the answer is %s, the host receives it',
    async (isGiven) => {
      const session = await stage.opened();
      const order = creation('window', FOREIGN, optionsFor('login.microsoft.com'));
      const answer = session.call('step.run', { jws: await signCommands(stage, session, [order]) });
      const window = await stage.window('passkey');
      expect(await window.$$eval('#next strong', (lines) => lines.map((line) => line.textContent))).toEqual([
        'Your browser asks for a permission',
        'A small window opens',
        'You are asked for your FIDO PIN',
        'You may be asked to touch the device',
      ]);
      // The browser's own question cannot be answered from here. A window that lies about the answer gains nothing.
      await window.evaluate((answered) => {
        const asked: unknown[] = [];
        const request = (what: unknown) => {
          asked.push(what);
          return Promise.resolve(answered);
        };
        Object.assign(globalThis, { asked });
        Object.assign(chrome.permissions, { request });
      }, isGiven);
      await pressButton(window, '#continue');
      expect((await answer).error?.data).toMatchObject({
        name: 'RP_NOT_ALLOWED',
        details: { rpId: 'login.microsoft.com' },
      });
      await everyWindowCloses();
    },
  );
});

it('does not show a temporary PIN that is sealed for another purpose', async () => {
  const session = await stage.opened();
  const other = [
    { device: 'serial:8' },
    { operation: 'operation-2' },
    { origin: FOREIGN },
    { purpose: 'display' as const },
  ];
  for (const [index, sealedFor] of other.entries()) {
    stage.orderPasskeys({ temporaryPin: TEMPORARY_PIN, sealedFor });
    const jws = await orderOwn(session, index + 1);
    expect([sealedFor, await session.code('step.run', { jws })]).toEqual([sealedFor, 'SECRET_REFUSED']);
  }
  expect(stage.openWindows()).toBe(0);
});
