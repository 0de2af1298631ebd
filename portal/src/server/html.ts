const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Escapes a text for the content of an element, or for an attribute in double quotes. */
export const escapeHtml = (text: string): string => text.replaceAll(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign);

/** A page that the server renders itself, without a script. */
export interface WrittenPage {
  readonly language: string;
  /** Plain text. */
  readonly title: string;
  /** Class of the element `main`, by which page.css styles the page. */
  readonly kind: string;
  /** HTML below the title. */
  readonly content: string;
  /** Set if search engines may list the page. */
  readonly isIndexed: boolean;
}

export const writePage = ({ language, title, kind, content, isIndexed }: WrittenPage): string => `<!doctype html>
<html lang="${language}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <meta name="color-scheme" content="light dark" />
    ${isIndexed ? '' : '<meta name="robots" content="noindex" />'}
    <title>${escapeHtml(title)} · Cardwright</title>
    <link rel="icon" href="/favicon.svg" />
    <link rel="stylesheet" href="/page.css" />
  </head>
  <body>
    <main class="${kind}">
      <h1>${escapeHtml(title)}</h1>
      ${content}
    </main>
  </body>
</html>
`;
