import { words as all } from '@cardwright/words/at-once/portal-server';
import { escapeHtml, writePage } from '../../html.js';
import type { InstalledPage } from '../../mobile/mobile-devices.js';
import { paragraphs } from './link-page.js';

/** Returns the page of an icon, as HTML without a script. The form posts to the page's own address. */
export function writeIconPage(kind: InstalledPage['kind'], language: string): string {
  const words = all.in(language).icon;
  const { title, content } = PAGES[kind](words);
  return writePage({ language, title, kind: 'link', content, isIndexed: false });
}

type IconWords = typeof all.english.icon;

const PAGES: Readonly<Record<InstalledPage['kind'], (words: IconWords) => { title: string; content: string }>> = {
  finish: (words) => ({
    title: words.finishTitle,
    content: `${paragraphs(words.finish)}
      <form method="post"><button class="button" type="submit">${escapeHtml(words.button)}</button></form>`,
  }),
  finished: (words) => ({ title: words.finishedTitle, content: paragraphs(words.finished) }),
  dead: (words) => ({ title: words.deadTitle, content: paragraphs(words.dead) }),
};
