import { LitElement } from 'lit';
import { texts, type Text } from './text.js';

/** An element that shows words. The element does not render before the words of the page's language are loaded, or could not be loaded. */
export class WordedElement extends LitElement {
  protected get text(): Text {
    return texts.now;
  }

  /** Loads the words. Returns undefined if they are already loaded. */
  protected loadText(): Promise<void> | undefined {
    return texts.load();
  }

  protected override async scheduleUpdate(): Promise<void> {
    const text = this.loadText();
    if (text) await text;
    await super.scheduleUpdate();
  }
}
