import { words as mobile } from '@cardwright/words/on-demand/add-mobile';
import type { SearchView } from '../pane-definition.js';
import { PageWords } from '../page-words.js';
import { texts, type Text } from '../text.js';

/** The words of all elements and of the dialog for mobile devices. Only pages with this dialog load its words. */
export type MobileText = Text & { readonly mobile: typeof mobile.english };

export const mobileTexts = new PageWords<MobileText>({
  english: { ...texts.area.english, mobile: mobile.english },
  async load(language) {
    const words = await Promise.all([texts.area.load(language), mobile.load(language)]);
    return { ...words[0], mobile: words[1] };
  },
});

/** Context in which a pane of the dialog for mobile devices is rendered. */
export interface MobileView extends SearchView {
  readonly text: MobileText;
}
