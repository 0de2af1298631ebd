import { readdirSync } from 'node:fs';
import path from 'node:path';
import { CHROMIUM_EXTENSION_ID } from '@cardwright/protocol/identity';
import { until, patiently } from '@cardwright/stage';
import type { Browser, Page } from 'puppeteer-core';
import { fill } from './wait-for.js';

/** A viewport tall enough to show every row of an issuance. */
const VIEWPORT = { width: 1400, height: 4_000 };

/** The inspector, open as a developer has it. */
export class InspectorPage {
  private constructor(readonly page: Page) {}

  /** @param prepare runs in the page before the page's own script */
  static async open(browser: Browser, prepare?: () => void): Promise<InspectorPage> {
    const page = patiently(await browser.newPage());
    if (prepare !== undefined) await page.evaluateOnNewDocument(prepare);
    await page.setViewport(VIEWPORT);
    await page.goto(`chrome-extension://${CHROMIUM_EXTENSION_ID}/pages/inspector.html`);
    await page.waitForSelector('body:not([hidden])');
    return new InspectorPage(page);
  }

  /** Types a filter, and waits until it is applied. */
  async filter(text: string): Promise<void> {
    await this.page.bringToFront();
    await fill(this.page, '#filter', text);
    await this.page.focus('#filter');
    await this.page.keyboard.press('Enter');
    await this.drawn();
  }

  /** Waits until all messages and actions are rendered, and the details of the selected one. The first selection loads their script. */
  async drawn(): Promise<void> {
    await this.page.bringToFront();
    await this.page.evaluate(
      () =>
        new Promise<void>((resolve) => {
          requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(() => resolve())));
        }),
    );
    await this.page.waitForSelector('#detail[hidden], #detail header');
  }

  /** Reads the texts of the rows, from the top. */
  async rows(): Promise<string[]> {
    await this.drawn();
    return this.page.$$eval('.canvas .row:not([hidden])', (rows) =>
      rows
        .sort((a, b) => Number(a.ariaRowIndex) - Number(b.ariaRowIndex))
        .map((row) => [...row.children].map((cell) => cell.textContent).join('|')),
    );
  }

  async show(view: 'trace' | 'compare' | 'console'): Promise<void> {
    await this.page.bringToFront();
    await this.page.click(`#tab-${view}`);
    await this.drawn();
  }

  /** Saves the trace into an empty folder, and waits for the file. */
  async export(folder: string): Promise<string> {
    const client = await this.page.createCDPSession();
    await client.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: folder });
    await this.page.click('#export');
    const isSaved = (): boolean => readdirSync(folder).some((name) => name.endsWith('.json'));
    await until(isSaved, { what: 'the exported file' });
    await client.detach();
    return path.join(folder, readdirSync(folder).find((name) => name.endsWith('.json')) ?? '');
  }

  /** Opens a file. */
  async import(file: string): Promise<void> {
    const input = await this.page.$('input#file');
    await input?.uploadFile(file);
    await this.page.waitForSelector('#notices .bar');
    await this.drawn();
  }

  textOf(selector: string): Promise<string> {
    return this.page.$eval(selector, ({ textContent }) => textContent);
  }
}
