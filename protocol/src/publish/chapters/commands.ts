import type { CommandDefinition, RequestDefinition } from '../../command.js';
import { commands as commandTable } from '../../commands.js';
import { errorLink, fence, linkTo, seconds, table, type Chapter } from '../markdown.js';

const entries: readonly (readonly [method: string, command: CommandDefinition])[] = Object.entries(commandTable);

/** The command table. */
export const commands: Chapter = {
  title: 'Commands',
  blocks: [
    'A command comes from the page on its own, or in a step that the CMS signed. One that uses the open card waits for those before it (*in turn*); the others run *beside* them. ' +
      'The time limit is that of the caller; time in which a window waits for the user does not count. A side that does not list the capability of a command does not have it: a CMS asks before it uses one. ' +
      `Besides its own errors each command can give those of ${linkTo('Messages', 'messages')} and of the connection. Commands of capability \`fido\` are planned: no host has them yet.`,
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
    ...entries.map(([method, command]) => describeRequest(method, command, [whence(command), order(command)])),
  ],
};

/** One request with its parameters, result and errors. */
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
    ...(errors.length > 0 ? [`Errors: ${errors.map(errorLink).join(', ')}`] : []),
  ].join('\n\n');
}

function whence({ reach }: CommandDefinition): string {
  return reach.map((from) => (from === 'page' ? 'from the page' : 'in a step')).join(' and ');
}

function order({ concurrent }: CommandDefinition): string {
  return concurrent ? 'beside others' : 'in turn';
}
