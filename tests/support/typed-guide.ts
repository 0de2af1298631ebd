import { readFileSync } from 'node:fs';
import { inRepository } from '@cardwright/stage';
import { type GuideName, NOT_TYPED, TYPED_IN } from './typed-commands.js';

/** A command that a document shows in a block. */
export interface ShownCommand {
  /** The heading above it, whatever its level is. */
  readonly section: string;
  readonly line: string;
}

interface Block {
  readonly section: string;
  readonly language: string;
  readonly content: string;
}

const SECTION = /^##+ (.*)\n/gm;
/** A block, which may stand in a list. */
const BLOCK = /^( *)```(\w*)\n(.*?)^\1```/gms;
/** A line of a shell that continues in the next one. */
const CONTINUED = /\\\n\s*/g;
/** Languages of blocks with commands: of a shell on Linux and macOS, and of Windows. */
const OF_COMMANDS = ['sh', 'bat'];

/** A guide in `docs/` as an administrator uses it: the commands and the files that a section shows. A test that types them fails with the document. */
export class TypedGuide {
  readonly #blocks: readonly Block[];
  readonly #handedOut = new Set<string>();

  /** @throws Error if a block does not say its language, so that its commands would be overlooked */
  constructor(private readonly name: GuideName) {
    const text = readFileSync(inRepository('docs', name), 'utf8');
    const [, ...parts] = text.split(SECTION);
    this.#blocks = parts.flatMap((section, index) =>
      index % 2 === 0 ? blocksIn(section, parts[index + 1] ?? '') : [],
    );
    const unnamed = this.#blocks.find(({ language }) => language === '');
    if (unnamed) throw new Error(`a block of ${unnamed.section} does not say its language`);
  }

  /** All commands of the guide that stand in blocks. */
  get shown(): readonly ShownCommand[] {
    return this.#blocks.flatMap((block) => linesOf(block).map((line) => ({ section: block.section, line })));
  }

  /**
   * Returns the block of a section in a language that contains a text.
   *
   * @throws Error if there is none
   */
  block(section: string, language: string, containing = ''): string {
    const found = this.#of(section).find((one) => one.language === language && one.content.includes(containing));
    if (!found) throw new Error(`${section} shows no ${language} with ${containing}`);
    for (const line of linesOf(found)) this.#handOut(section, line);
    return found.content;
  }

  /**
   * Returns the commands of a section that begin with a text, one a line.
   *
   * @throws Error if there is none
   */
  commands(section: string, beginning: string): string {
    const lines = this.#of(section)
      .flatMap(linesOf)
      .filter((line) => line.startsWith(beginning));
    if (lines.length === 0) throw new Error(`${section} shows no command that begins with ${beginning}`);
    for (const line of lines) this.#handOut(section, line);
    return lines.join('\n');
  }

  /** Returns the commands that a test has to type by `TYPED_IN`, and that were not handed out. */
  untyped(test: string): readonly string[] {
    const sections = TYPED_IN[this.name][test] ?? [];
    return this.shown
      .filter(({ section, line }) => sections.includes(section) && !isExcused(this.name, line))
      .map(({ section, line }) => keyOf(section, line))
      .filter((key) => !this.#handedOut.has(key));
  }

  #of(section: string): readonly Block[] {
    return this.#blocks.filter((block) => block.section === section);
  }

  #handOut(section: string, line: string): void {
    this.#handedOut.add(keyOf(section, line));
  }
}

/** Tells if `NOT_TYPED` has a command. */
export const isExcused = (name: GuideName, line: string): boolean =>
  NOT_TYPED[name].some(({ command }) => command === line);

const keyOf = (section: string, line: string): string => `${section}: ${line}`;

const blocksIn = (section: string, text: string): Block[] =>
  [...text.matchAll(BLOCK)].map(([, indent = '', language = '', indented = '']) => {
    const content = indented.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
    return { section, language, content: OF_COMMANDS.includes(language) ? content.replaceAll(CONTINUED, '') : content };
  });

/** Lists the commands of a block, without comments. */
const linesOf = ({ language, content }: Block): string[] =>
  OF_COMMANDS.includes(language) ? content.split('\n').filter((line) => line !== '' && !line.startsWith('#')) : [];
