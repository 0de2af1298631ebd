import { words as all } from '@cardwright/words/at-once/portal-server';
import { escapeHtml as text, writePage } from '../../html.js';
import type { LinkPage } from '../../mobile/mobile-devices.js';

/** Values that the page of a valid link shows. */
export interface LinkDetails {
  /** Path of the profile to download. */
  readonly profile: string;
  readonly isVerified: boolean;
}

/** Returns the page of a link, as HTML without a script. */
export function writeLinkPage(kind: LinkPage['kind'], language: string, details: LinkDetails): string {
  const words = all.in(language).link;
  const { title, content } = PAGES[kind](words, details);
  return writePage({ language, title, kind: 'link', content, isIndexed: false });
}

type LinkWords = typeof all.english.link;
type Writer = (words: LinkWords, details: LinkDetails) => { readonly title: string; readonly content: string };

const PAGES: Readonly<Record<LinkPage['kind'], Writer>> = {
  download: (words, { profile, isVerified }) => ({
    title: words.title,
    content: `<p>${withNames(words.intro)}</p>
      <p><a class="button" href="${text(profile)}">${text(words.download)}</a></p>
      <h2>${text(words.then)}</h2>
      ${numbered(words.steps)}
      <p>${withNames(words.stolenDeviceProtection)}</p>
      ${isVerified ? '' : `<p class="note">${withNames(words.unverified)}</p>`}`,
  }),
  'not-safari': (words) => ({
    title: words.safariTitle,
    content: `<p>${withNames(words.safari)}</p>
      ${numbered(words.safariSteps)}
      <p class="note">${withNames(words.safariSecret)}</p>`,
  }),
  unsupported: (words) => ({ title: words.unsupportedTitle, content: paragraphs(words.unsupported) }),
  dead: (words) => ({ title: words.deadTitle, content: paragraphs(words.dead) }),
};

const numbered = (steps: readonly string[]): string =>
  `<ol>${steps.map((step) => `<li>${withNames(step)}</li>`).join('')}</ol>`;

export const paragraphs = (sentences: readonly string[]): string =>
  sentences.map((sentence) => `<p>${withNames(sentence)}</p>`).join('\n      ');

/** Returns a text as HTML, in which the names that the phone shows are emphasised. In the text, these names stand between asterisks. */
const withNames = (words: string): string => text(words).replaceAll(/\*([^*]+)\*/g, '<strong>$1</strong>');
