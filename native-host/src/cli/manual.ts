import { PRODUCT_VERSION } from '@cardwright/protocol/identity';
import { COMMANDS } from './commands.js';
import { EXIT_CODES, GENERAL, optionTerm, PROGRAM, PURPOSE, usageOf } from './help.js';

/** The facts of the manual page, cardwright-host(1), which packages install. They are those of `--help`. */
export const HOST_MANUAL = {
  program: PROGRAM,
  section: 1,
  source: `Cardwright ${PRODUCT_VERSION}`,
  purpose: PURPOSE.replace(`${PROGRAM} `, '').replace(/\.$/, ''),
  commands: COMMANDS.map((command) => ({
    usage: usageOf(command),
    sentences: [command.summary, ...(command.more ?? [])],
    options: Object.entries(command.options).map(([name, option]): readonly [string, string] => [
      optionTerm(name, option),
      option.summary,
    ]),
  })),
  general: GENERAL,
  files: [],
  examples: COMMANDS.flatMap(({ examples }) => examples).map(({ line, summary }): readonly [string, string] => [
    `${PROGRAM} ${line}`,
    summary,
  ]),
  exitStatus: EXIT_CODES,
} as const;
