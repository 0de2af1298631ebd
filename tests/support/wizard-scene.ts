import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { openPageBrowser, type Look, type PageServer, type PageBrowser, type Whereabouts } from './page-stage.js';
import { ScriptedCms } from './scripted-cms.js';
import type { Script } from './wizard-page/scripted-extension.js';
import { serveWizard, type DialogName } from './wizard-stage.js';
import { WizardUser } from './wizard-user.js';

type WizardLook = Look & { readonly lang?: string };

/** A browser, and a page with only the wizard. Each test has its own CMS and user. */
export class WizardScene {
  #browser: PageBrowser | undefined;
  #server: PageServer | undefined;
  /** Another computer of the same user. */
  #elsewhere: PageBrowser | undefined;
  cms = new ScriptedCms();

  /**
   * Sets the scene up for the tests of a file, and removes it after them.
   *
   * @param whereabouts the browser, by default the one for pages
   */
  static forTests(whereabouts?: Whereabouts): WizardScene {
    const scene = new WizardScene();
    beforeAll(async () => {
      [scene.#browser, scene.#server] = await Promise.all([openPageBrowser(whereabouts), serveWizard(() => scene.cms)]);
    });
    beforeEach(() => {
      scene.cms = new ScriptedCms();
    });
    afterEach(async () => {
      await scene.#browser?.reusePages();
      await scene.#elsewhere?.close();
      scene.#elsewhere = undefined;
    });
    afterAll(async () => {
      await scene.#browser?.close();
      await scene.#server?.stop();
    });
    return scene;
  }

  /** Opens the page as a user, but not the wizard. */
  async arrive(script: Partial<Script> = {}, dialog?: DialogName, look: WizardLook = {}): Promise<WizardUser> {
    if (!this.#browser || !this.#server) throw new Error('the scene is set up before each test');
    return WizardUser.arrive(this.#browser, this.#server, script, look, dialog);
  }

  /** Opens the page as the same user on another computer, with a separate browser. */
  async arriveElsewhere(script: Partial<Script>, dialog: DialogName): Promise<WizardUser> {
    if (!this.#server) throw new Error('the scene is set up before each test');
    this.#elsewhere = await openPageBrowser();
    return WizardUser.arrive(this.#elsewhere, this.#server, script, {}, dialog);
  }

  /** Opens page and wizard as a user. */
  async addDevice(script: Partial<Script> = {}, dialog?: DialogName, look?: WizardLook): Promise<WizardUser> {
    const user = await this.arrive(script, dialog, look);
    await user.page.click('#add');
    return user;
  }
}
