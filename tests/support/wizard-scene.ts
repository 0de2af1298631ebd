import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { openPageBrowser, type Look, type PageServer, type PageBrowser } from './page-stage.js';
import { ScriptedCms } from './scripted-cms.js';
import type { Script } from './wizard-page/scripted-extension.js';
import { serveWizard, type DialogName } from './wizard-stage.js';
import { WizardUser } from './wizard-user.js';

type WizardLook = Look & { readonly lang?: string };

/** A browser, a page with nothing but the wizard, and a CMS; each test has a CMS and a user of its own. */
export class WizardScene {
  #browser: PageBrowser | undefined;
  #server: PageServer | undefined;
  #user: WizardUser | undefined;
  /** Another computer of the same person. */
  #elsewhere: PageBrowser | undefined;
  cms = new ScriptedCms();

  /** Sets it up for the tests of a file, and clears it away after them. */
  static forTests(): WizardScene {
    const scene = new WizardScene();
    beforeAll(async () => {
      [scene.#browser, scene.#server] = await Promise.all([openPageBrowser(), serveWizard(() => scene.cms)]);
    });
    beforeEach(() => {
      scene.cms = new ScriptedCms();
    });
    afterEach(async () => {
      await scene.#user?.leave();
      await scene.#elsewhere?.close();
      scene.#user = undefined;
      scene.#elsewhere = undefined;
    });
    afterAll(async () => {
      await scene.#browser?.close();
      await scene.#server?.stop();
    });
    return scene;
  }

  /** Someone opens the page, and not yet the wizard. */
  async arrive(script: Partial<Script> = {}, dialog?: DialogName, look: WizardLook = {}): Promise<WizardUser> {
    if (!this.#browser || !this.#server) throw new Error('the scene is set up before each test');
    this.#user = await WizardUser.arrive(this.#browser, this.#server, script, look, dialog);
    return this.#user;
  }

  /** The same person opens the page at another computer, whose browser knows nothing of this one. */
  async arriveElsewhere(script: Partial<Script>, dialog: DialogName): Promise<WizardUser> {
    if (!this.#server) throw new Error('the scene is set up before each test');
    this.#elsewhere = await openPageBrowser();
    return WizardUser.arrive(this.#elsewhere, this.#server, script, {}, dialog);
  }

  /** Someone opens page and wizard. */
  async addDevice(script: Partial<Script> = {}, dialog?: DialogName, look?: WizardLook): Promise<WizardUser> {
    const user = await this.arrive(script, dialog, look);
    await user.page.click('#add');
    return user;
  }
}
