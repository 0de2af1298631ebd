const LINK = /\[([^\]]+)\]\(([^)\s]+)\)/g;

/**
 * Returns a document as a package installs it, alone: links to other documents, which are not installed, become their text. Links within the
 * document, and to sites, stay.
 */
export const installedDocument = (markdown: string): string =>
  markdown.replaceAll(LINK, (link, text: string, target: string) =>
    target.startsWith('#') || /^\w+:/.test(target) ? link : text,
  );
