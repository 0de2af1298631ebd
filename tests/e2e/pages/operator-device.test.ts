import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MAX_BUNDLE_LENGTH } from '@cardwright/protocol/trace';
import type { Page } from 'puppeteer-core';
import { changeLook, click, textOf, waitFor } from '../../support/page-stage.js';
import { LOST, WHOLE, versionOf } from '../../support/portal-devices.js';
import { PortalPages, focusedIn } from '../../support/portal-pages.js';
import { FINISHED_ISSUANCE, summaryOf } from '../../support/portal-timeline.js';
import { HOSTILE, hostileBundle, newBundle } from '../../support/support-bundles.js';
import { everyOrSome, thoroughIt } from '../../support/thorough.js';

const portal = PortalPages.forTests();
const ADDRESS = '/operator/devices/d1';

const openDevice = async (summary?: object): Promise<Page> => {
  const scene = { page: 'operator-device', address: ADDRESS, role: 'operator' } as const;
  const page = await portal.open(summary ? { ...scene, summary } : scene);
  await waitFor(page, '>>> #attach');
  return page;
};

describe('the page of a device', () => {
  thoroughIt(
    'is one click away from the list of devices, and from an audit entry, which leads to its operation',
    async () => {
      const page = await portal.open({ page: 'operator', role: 'operator', devices: WHOLE });
      await waitFor(page, '>>> tbody td a');
      expect(await page.$eval('>>> tbody td a', (link) => link.getAttribute('href'))).toBe(ADDRESS);
      await click(page, '>>> #tab-audit');
      await waitFor(page, '>>> tbody td:nth-child(3) a');
      expect(await page.$$eval('>>> tbody td:nth-child(3) a', (all) => all.map((a) => a.getAttribute('href')))).toEqual(
        [ADDRESS, ADDRESS, `${ADDRESS}#${FINISHED_ISSUANCE.id}`, ADDRESS],
      );
    },
  );

  thoroughIt('shows the operation that its address names, with the focus on its heading', async () => {
    const address = `${ADDRESS}#${FINISHED_ISSUANCE.id}`;
    const page = await portal.open({ page: 'operator-device', address, role: 'operator' });
    await waitFor(page, '>>> #attach');
    expect(await focusedIn(page)).toBe('title');
  });

  it('opens the step that failed, and explains its error once', async () => {
    const page = await openDevice();
    const open = await page.$$eval('>>> details[open] summary', (all) => all.map((one) => one.innerText));
    expect(open).toEqual(['4 commands, one failed']);
    expect(await page.$$eval('>>> .failure a', (all) => all.map((a) => a.getAttribute('href')))).toContain(
      '/help/troubleshooting#CARD_REMOVED',
    );
    const failures = await page.$$eval('>>> .failure .message', (all) =>
      all.map((one) => (one instanceof HTMLElement ? one.innerText : '')),
    );
    expect(failures).toEqual(['The device was removed. CARD_REMOVED', "Setup couldn't be completed. OPERATION_FAILED"]);
  });
});

describe('what happened to a device', () => {
  const textsOf = (page: Page, selector: string): Promise<string[]> =>
    page.$$eval(selector, (all) => all.map(({ textContent }) => textContent.replace(/\s+/g, ' ').trim()));

  const TOLD = [
    ['en', 'The key is weak: its private half could be found by others.', 'Technical details'],
    ['de', 'Der Schlüssel ist schwach', 'Technische Details'],
  ] as const;

  it.each(everyOrSome(TOLD, ([language]) => language === 'en'))(
    'is told in words first, and by codes as technical details, in %s',
    async (language, why, technical) => {
      const page = await portal.open({ page: 'operator-device', address: ADDRESS, role: 'operator', language });
      await waitFor(page, '>>> #attach');
      const [failure = ''] = (await textsOf(page, '>>> .failure')).slice(-1);
      expect(failure).toContain(why);
      expect(failure).toMatch(new RegExp(`${technical}: key-weak$`));
      expect(await textsOf(page, '>>> .fact.bad .detail')).toEqual([
        `${technical}: slot: 9A, reason: The profile does not allow this subject.`,
      ]);
      expect(await textsOf(page, '>>> thead th:last-child')).toContain(technical);
    },
  );

  it('is told in the same way by the audit log', async () => {
    const page = await portal.open({ page: 'operator', role: 'operator', devices: WHOLE });
    await click(page, '>>> #tab-audit');
    await waitFor(page, '>>> portal-audit-log >>> tbody tr');
    expect(await textsOf(page, '>>> portal-audit-log >>> td:nth-child(3)')).toEqual([
      'State changed Being set up → PIN missing',
      "Ended (failed) Setup couldn't be completed. The key is weak: its private half could be found by others.",
      'Certificate issued',
      'Its owner was asked to give it back “You get a new one.”',
      'Signed in (failed)',
    ]);
    expect(await textsOf(page, '>>> portal-audit-log >>> td:nth-child(5)')).toEqual([
      '',
      'state: failed, error: OPERATION_FAILED, reason: key-weak',
      'slot: 9A, algorithm: P-256, proof: attested',
      '',
      '',
    ]);
  });

  it('shows each dot between facts on a wide page, and none on a narrow one, whose lines break there', async () => {
    const page = await openDevice();
    for (const [width, breaks] of [
      [360, true],
      [1200, false],
    ] as const) {
      await changeLook(page, { width, height: 800 });
      const dots = await page.$$eval('>>> .facts .dot', (all) =>
        all.map((dot) => {
          dot.scrollIntoView({ block: 'center' });
          const { left, top, bottom } = dot.getBoundingClientRect();
          const before = dot.parentElement?.previousElementSibling?.getBoundingClientRect();
          const root = dot.getRootNode();
          return {
            isFirst: before !== undefined && before.bottom <= top + 1,
            isSeen: root instanceof ShadowRoot && root.elementFromPoint(left + 1, (top + bottom) / 2) === dot,
          };
        }),
      );
      expect(dots.length).toBeGreaterThan(0);
      expect(dots).toEqual(dots.map(() => ({ isFirst: breaks, isSeen: !breaks })));
    }
  });
});

describe("an operator's action on the page of a device", () => {
  const openForActions = async (): Promise<Page> => {
    const page = await portal.open({ page: 'operator-device', address: ADDRESS, role: 'operator', devices: WHOLE });
    await waitFor(page, '>>> [data-action=suspend]');
    return page;
  };

  /** The owner reads the reason, and an operator may leave it out. */
  const suspend = async (page: Page, reason: string): Promise<void> => {
    await click(page, '>>> [data-action=suspend]');
    await waitFor(page, '>>> portal-reason-dialog >>> dialog[open]');
    expect(await focusedIn(page)).toBe('reason');
    await page.keyboard.type(reason);
    await page.keyboard.press('Enter');
  };

  const wordsOfOutcome = (page: Page): Promise<string> => page.$eval('>>> #outcome', ({ textContent }) => textContent);

  it('is offered as in the list, for the device as the page shows it', async () => {
    const page = await openForActions();
    expect(await page.$$eval('>>> .certificates tbody th', (all) => all.map((one) => one.innerText))).toEqual([
      'Sign-in 9A',
      'Signature 9C',
      'Encryption 9D',
      'Card authentication 9E',
    ]);
    await suspend(page, LOST);
    await waitFor(page, '>>> #outcome.muted');
    expect(await wordsOfOutcome(page)).toContain('YubiKey of Ada Lovelace');
    expect(portal.calls.slice(-2)).toEqual([`POST ${ADDRESS.slice(1)}/suspend`, `GET ${ADDRESS.slice(1)}`]);
    expect(portal.bodies).toEqual([{ seen: versionOf('d1'), reason: LOST }]);
  });

  it('is confirmed first if it is irreversible', async () => {
    const page = await openForActions();
    await click(page, '>>> [data-action=terminate]');
    await waitFor(page, '>>> portal-reason-dialog >>> dialog[open]');
    expect(await focusedIn(page)).toBe('cancel');
    await page.keyboard.press('Escape');
    expect(portal.bodies).toEqual([]);
  });

  it('is refused if the device has changed since, and the page reports that', async () => {
    const page = await openForActions();
    portal.change([{ ...WHOLE[0], version: versionOf('another') }]);
    await suspend(page, '');
    await waitFor(page, '>>> #outcome.refused');
    expect(await wordsOfOutcome(page)).toContain('has changed since you saw it');
    expect(await focusedIn(page)).toBe('outcome');
  });
});

describe('a support file', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'cardwright-bundles-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  async function choose(page: Page, content: string): Promise<void> {
    const file = path.join(folder, 'bundle.json');
    writeFileSync(file, content);
    const input = await page.waitForSelector('>>> #file');
    await (input as Awaited<ReturnType<typeof page.$<'input'>>>)?.uploadFile(file);
  }

  thoroughIt('is attached as it is', async () => {
    const page = await openDevice();
    await choose(page, JSON.stringify(newBundle()));
    await waitFor(page, '>>> #outcome:not(.visually-hidden)');
    expect(portal.bodies).toEqual([newBundle()]);
  });

  it.each([
    ['is no JSON', '<html>', 'INVALID_MESSAGE'],
    ['is too large', `"${'x'.repeat(MAX_BUNDLE_LENGTH)}"`, 'MESSAGE_TOO_LARGE'],
  ])('is not even sent if it %s', async (_what, content, code) => {
    const page = await openDevice();
    await choose(page, content);
    await waitFor(page, '>>> cardwright-error-pane');
    expect(await textOf(page, 'cardwright-error-pane')).toContain(code);
    expect(portal.bodies).toEqual([]);
  });

  it('is shown as text if it is hostile: nothing of it runs, and nothing of it becomes an element', async () => {
    const page = await openDevice(summaryOf(hostileBundle()));
    await click(page, '>>> [aria-expanded=false]');
    await waitFor(page, '>>> portal-support-summary');
    expect(await textOf(page, 'portal-support-summary')).toContain(HOSTILE);
    expect(await page.$$('>>> portal-support-summary >>> img, >>> portal-support-summary >>> script')).toEqual([]);
    expect(await page.title()).toBe('Device · Cardwright');
  });
});
