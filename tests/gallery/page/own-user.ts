import type { MobileUser } from '../../e2e/pages/mobile-scenes/mobile-scenes.js';
import type { DialogName } from '../../support/wizard-page/pages.js';
import { paneOf } from './deep-search.js';
import { found, type OwnPage } from './own-page.js';
import { click } from '../../support/wait-for.js';

/** The user of a dialog, played by its page. */
export class OwnUser implements MobileUser {
  constructor(
    readonly page: OwnPage,
    private readonly dialog: DialogName,
  ) {}

  async sees(pane: string): Promise<void> {
    await found(`the pane ${pane}`, () => (paneOf(this.dialog) === pane ? pane : undefined));
  }

  click(selector: string): Promise<void> {
    return click(this.page, `>>> ${selector}`);
  }

  press(key: 'Enter' | 'Escape'): Promise<void> {
    return this.page.keyboard.press(key);
  }
}
