import { readFileSync } from 'node:fs';
import { inRepository } from '@cardwright/stage';

const BLOCK = /^```(\w*)\n(.*?)^```/gms;

/** `docs/operate.md` as an administrator uses it: the commands and the files that a section shows. A test that types them fails with the document. */
export class OperatingGuide {
  readonly #text = readFileSync(inRepository('docs', 'operate.md'), 'utf8');

  /**
   * Returns the block of a section in a language that contains a text.
   *
   * @throws Error if there is none
   */
  block(section: string, language: string, containing = ''): string {
    const found = this.#blocks(section).find((one) => one.language === language && one.content.includes(containing));
    if (!found) throw new Error(`${section} shows no ${language} with ${containing}`);
    return found.content;
  }

  /**
   * Returns the commands of a section that begin with a text, one a line.
   *
   * @throws Error if there is none
   */
  commands(section: string, beginning: string): string {
    const lines = this.#blocks(section)
      .filter(({ language }) => language === 'sh')
      .flatMap(({ content }) => content.split('\n'))
      .filter((line) => line.startsWith(beginning));
    if (lines.length === 0) throw new Error(`${section} shows no command that begins with ${beginning}`);
    return lines.join('\n');
  }

  #blocks(section: string): { readonly language: string; readonly content: string }[] {
    const [, text] = this.#text.split(new RegExp(`^##+ ${section}\\n`, 'm'));
    if (text === undefined) throw new Error(`there is no section ${section}`);
    const [own = ''] = text.split(/^## /m);
    return [...own.matchAll(BLOCK)].map(([, language = '', content = '']) => ({ language, content }));
  }
}
