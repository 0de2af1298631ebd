import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import { findElement, type InsertedCard, type PortalUser, patiently } from '@cardwright/stage';
import { expectIssued } from '../card-judgement.js';
import { startFakePortal } from '../fake-portal.js';
import { WireSession } from '../wire-page.js';
import type { ManagedComputer } from './managed-computer.js';

const PIN = '739154';

/** The user of a managed computer, which is opened before the tests of a file and closed after them. */
export class ManagedUser<T extends ManagedComputer> {
  #computer: T | undefined;
  #alice: PortalUser | undefined;
  #card: InsertedCard | undefined;

  constructor(open: () => Promise<T>) {
    beforeAll(async () => {
      this.#computer = await open();
    });
    afterEach(async () => {
      await this.#alice?.page.close();
      await this.#card?.pull();
      this.#alice = this.#card = undefined;
    });
    afterAll(async () => {
      expect(await this.#computer?.close()).toEqual([]);
    });
  }

  get computer(): T {
    if (!this.#computer) throw new Error('the computer is not there yet');
    return this.#computer;
  }

  /** Opens the wizard as Alice, with a card in the reader. */
  async addsDevice(): Promise<PortalUser> {
    this.#card = await this.computer.stage.insert({ profile: 'yubikey' });
    this.#alice = await this.computer.login();
    await this.#alice.addDevice();
    return this.#alice;
  }

  /** Expects an issuance in which only the PIN window asks Alice anything. */
  async expectIssuance(): Promise<void> {
    const before = await this.computer.windowsOpened();
    const alice = await this.addsDevice();
    await alice.wizard.pane('progress');
    await alice.choosePin(PIN);
    await alice.wizard.closes();
    expect(await alice.devices(1)).toMatchObject([{ state: 'Active' }]);
    expect((await this.computer.windowsOpened()) - before).toBe(1);
    if (this.#card) await expectIssued(this.computer.stage, this.#card, PIN, 'EC');
  }

  /** Expects that a site outside the policy is refused without a window. */
  async expectOtherSiteRefused(): Promise<void> {
    const other = await startFakePortal();
    const page = patiently(await this.computer.stage.browser.browser.newPage());
    try {
      await page.goto(other.origin);
      const before = await this.computer.windowsOpened();
      const session = await WireSession.open(page);
      const refused = { name: 'SITE_NOT_GRANTED', details: { consent: 'blocked' } };
      expect((await session.initialize()).error?.data).toEqual(refused);
      expect((await session.call('access.request', { classes: ['read'] })).error?.data).toEqual(refused);
      expect(await this.computer.windowsOpened()).toBe(before);
    } finally {
      await page.close();
      await other.close();
    }
  }

  /** Expects that Alice, without a host, sees where to get it and whom to ask. */
  async expectDownload(address: string): Promise<void> {
    const alice = await this.addsDevice();
    expect(await alice.wizard.failure()).toMatchObject({ code: 'HOST_MISSING' });
    const link = await findElement(alice.page, 'a#install');
    expect(await link.evaluate((element) => element.getAttribute('href'))).toBe(address);
    await alice.reads('IT Service Desk');
  }
}
