import { WordedElement } from '../worded-element.js';
import { mobileTexts, type MobileText } from './mobile-text.js';

/** An element that shows words of the dialog for mobile devices. */
export class MobileElement extends WordedElement {
  protected override get text(): MobileText {
    return mobileTexts.now;
  }

  protected override loadText(): Promise<void> | undefined {
    return mobileTexts.load() ?? super.loadText();
  }
}
