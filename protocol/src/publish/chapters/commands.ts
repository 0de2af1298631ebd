import type { CommandDefinition, RequestDefinition } from '../../command.js';
import { commands as commandTable } from '../../commands.js';
import { MIN_TRIES } from '../../piv-rules.js';
import { bullets, errorLink, fence, linkTo, seconds, table, type Chapter } from '../markdown.js';
import { describeErrors, sharedErrors } from '../shared-errors.js';

const entries: readonly (readonly [method: string, command: CommandDefinition])[] = Object.entries(commandTable);

/** Chapter with the command table. */
export const commands: Chapter = {
  title: 'Commands',
  blocks: [
    'A command comes from the page on its own, or in a step that the CMS signed. One that uses the open card waits for those before it (*in turn*); the others run *beside* them. ' +
      'The time limit is that of the caller; time in which a window waits for the user does not count. A side that does not list the capability of a command does not have it: a CMS asks before it uses one. ' +
      `Besides its own errors each command can give those of ${linkTo('Messages', 'messages')} and of the connection, and each command of a step ${errorLink('INTERNAL')}, ${errorLink('CANCELLED')} and ${errorLink('TIMEOUT')}.`,
    table(
      ['command', 'class', 'answered by', 'comes', 'what it does'],
      entries.map(([method, command]) => [
        linkTo(method, `\`${method}\``),
        `\`${command.permission}\``,
        command.handledBy,
        whence(command),
        command.summary,
      ]),
    ),
    '### For the safety of the card',
    'What a host does whatever it is asked:',
    bullets(
      'The device is held for this session alone from `device.open` to `device.close`, so that no other program rides on what was verified. It is always released with a reset of the card.',
      `The counter of a PIN or PUK is read before each try, unless the card has verified this very PIN since the device was opened. Where the card tells that fewer than ${MIN_TRIES} tries are left, none is spent: ${errorLink('LAST_TRY')}. A wrong PIN is never tried again by itself.`,
      'Secrets and keys are in memory alone, and overwritten when the device is closed. None is in an answer, an error or a log.',
      `A card that does not answer an APDU gets ${errorLink('CARD_MUTE')}. PC/SC cannot cancel the APDU, so the host answers and then ends itself.`,
      `Where a command needs a function that the card lacks, it gets ${errorLink('NOT_SUPPORTED_BY_DEVICE')} and nothing was changed.`,
    ),
    ...sharedErrors,
    ...entries.map(([method, command]) => describeRequest(method, command, [whence(command), order(command)])),
  ],
};

/** Describes one request: its parameters, result and errors. */
export function describeRequest(
  method: string,
  { summary, permission, handledBy, capability, timeout, params, result, errors }: RequestDefinition,
  more: readonly string[] = [],
): string {
  const facts = [`class \`${permission}\``, `answered by the ${handledBy}`, ...more, `capability \`${capability}\``];
  return [
    `### \`${method}\``,
    summary,
    [...facts, seconds(timeout)].join(' · '),
    fence('Parameters', params),
    fence('Result', result),
    ...(errors.length > 0 ? [`Errors: ${describeErrors(errors)}`] : []),
  ].join('\n\n');
}

function whence({ reach }: CommandDefinition): string {
  return reach.map((from) => (from === 'page' ? 'from the page' : 'in a step')).join(' and ');
}

function order({ concurrent }: CommandDefinition): string {
  return concurrent ? 'beside others' : 'in turn';
}
