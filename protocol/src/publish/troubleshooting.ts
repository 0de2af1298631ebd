import { words as administrators } from '@cardwright/words/en/administrators';
import { words as errors } from '@cardwright/words/en/errors';
import { words } from '@cardwright/words/en/troubleshooting';
import { describeError, wordsOfCode, type ErrorCode, type ErrorTexts } from '../errors.js';
import { TROUBLESHOOTING, TROUBLESHOOTING_GROUPS } from '../troubleshooting.js';

const english: ErrorTexts = errors;

/**
 * Returns the Markdown of the help page `docs/troubleshooting.md`, made from the error catalogue and its English words. The anchor of each
 * entry is its code.
 */
export function writeTroubleshooting(): string {
  return [
    '<!-- Generated from protocol/src/errors by `npm run build`. Do not edit. -->',
    `# ${words.title}`,
    `${words.intro} What a program receives with an error is in [protocol.md](protocol.md#errors).`,
    TROUBLESHOOTING_GROUPS.map((group) => `- [${words.groups[group]}](#${group})`).join('\n'),
    ...TROUBLESHOOTING_GROUPS.flatMap((group) => [
      `<a id="${group}"></a>`,
      `## ${words.groups[group]}`,
      ...TROUBLESHOOTING[group].map(describeEntry),
    ]),
    '',
  ].join('\n\n');
}

function describeEntry(code: ErrorCode): string {
  const { number } = describeError(code);
  const { message, cause, user } = wordsOfCode(code, english);
  const others = Object.values(english[code].variants ?? {}).map(
    (variant) => `- **${variant.message ?? message}** ${variant.user ?? user}`,
  );
  return [
    `<a id="${code}"></a>`,
    `### ${message}`,
    `${words.error} ${String(number)} · \`${code}\``,
    `**${words.cause}.** ${cause}`,
    `**${words.user}.** ${user}`,
    ...(others.length === 0 ? [] : [others.join('\n')]),
    `**${words.administrator}.** ${administrators[code]}`,
  ].join('\n\n');
}
