/** A Markdown file as the tests of the documents read it. Knows as much of Markdown as our files use. */
export interface MarkdownFile {
  /** Path from the root of the repository. */
  readonly path: string;
  readonly text: string;
  /** The targets of links into this file: its headings, as GitHub names them. */
  readonly anchors: ReadonlySet<string>;
  /** Targets of links and images, outside of code. */
  readonly links: readonly string[];
  /** The content of each code span and each line of a code block. */
  readonly code: readonly string[];
  /** Paragraphs and list items, without headings, tables, code blocks and comments; each on one line. */
  readonly paragraphs: readonly string[];
}

const FENCED = /^ *```.*?\n(.*?)^ *```/gms;
const CODE_SPAN = /`([^`\n]+)`/g;

export function readMarkdown(path: string, text: string): MarkdownFile {
  const prose = text.replaceAll(FENCED, '').replaceAll(/<!--.*?-->/gs, '');
  return {
    path,
    text,
    anchors: anchorsOf(prose),
    links: [...prose.replaceAll(CODE_SPAN, 'code').matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target),
    code: [
      ...[...text.matchAll(FENCED)].flatMap(([, block = '']) => block.split('\n')),
      ...[...prose.matchAll(CODE_SPAN)].map(([, span = '']) => span),
    ],
    paragraphs: paragraphsOf(prose),
  };
}

/**
 * Lists the anchors of headings, as GitHub makes them: small letters, hyphens for spaces, a number for each repetition
 * (https://github.com/gjtorikian/html-pipeline). Adds the anchors that a page sets itself.
 */
function anchorsOf(prose: string): Set<string> {
  const anchors = new Set([...prose.matchAll(/^<a id="([^"]+)"><\/a>$/gm)].map(([, id = '']) => id));
  for (const [, heading = ''] of prose.matchAll(/^#+ (.+)$/gm)) {
    const slug = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-');
    let anchor = slug;
    for (let repetition = 1; anchors.has(anchor); repetition += 1) anchor = `${slug}-${repetition}`;
    anchors.add(anchor);
  }
  return anchors;
}

const paragraphsOf = (prose: string): string[] =>
  prose
    .split(/\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )/)
    .map((block) => block.trim().replaceAll(/\s*\n\s*/g, ' '))
    .filter((block) => block !== '' && !/^(?:#|\|)/.test(block));
