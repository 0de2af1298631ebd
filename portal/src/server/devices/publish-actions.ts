import {
  ACTION_NAMES,
  DEVICE_STATES,
  mayFollow,
  OPERATOR_ACTIONS,
  OWNER_ACTION_NAMES,
  OWNER_ACTIONS,
  STATES,
  type ActionName,
  type DeviceState,
} from '@cardwright/cms/devices';
import { table, withList } from '../generated-list.js';

/** Returns a document in which a new diagram and a new table, made from the tables of states and actions, replace the former ones. */
export const withActions = (document: string): string =>
  withList(document, 'Actions', `${drawStates()}\n\n${writeTable()}`);

interface DrawnAction {
  readonly name: string;
  readonly who: string;
  readonly from: readonly DeviceState[];
  readonly to: DeviceState | 'before-suspension' | null;
  readonly reason: string;
  readonly forPhones: boolean;
}

const BY_OPERATOR: Readonly<Record<(typeof OPERATOR_ACTIONS)[ActionName]['needsAnother'], string>> = {
  always: 'an operator other than the owner',
  'if-not-proved': 'an operator; other than the owner if no vendor attests the keys',
  'if-reported': 'an operator; other than the owner if the owner reported the device',
  never: 'any operator',
};

const ACTIONS: readonly DrawnAction[] = [
  ...OWNER_ACTION_NAMES.map((name) => ({ ...OWNER_ACTIONS[name], name, who: 'the owner', reason: '' })),
  ...ACTION_NAMES.map((name) => {
    const { from, to, reason, forPhones, needsAnother } = OPERATOR_ACTIONS[name];
    return { from, to, forPhones, name, who: BY_OPERATOR[needsAnother], reason: reason === 'none' ? '' : reason };
  }),
];

/** Draws every change of a state, with the actions that make it. An arrow without a name belongs to operations. */
function drawStates(): string {
  const names = STATES.map((state) => `  state "${state}" as ${idOf(state)}`);
  const arrows = STATES.flatMap((from) =>
    DEVICE_STATES[from].next.map((to) => {
      const made = ACTIONS.filter((action) => leads(action, from, to)).map(({ name }) => name);
      return `  ${idOf(from)} --> ${idOf(to)}${made.length === 0 ? '' : `: ${made.join(', ')}`}`;
    }),
  );
  return ['```mermaid', 'stateDiagram-v2', ...names, ...arrows, '```'].join('\n');
}

/** A state's name as Mermaid takes it for an identifier, which has no hyphen. */
const idOf = (state: DeviceState): string => state.replaceAll('-', '_');

function leads(action: DrawnAction, from: DeviceState, to: DeviceState): boolean {
  if (!action.from.includes(from)) return false;
  return action.to === 'before-suspension' ? mayFollow(to, 'suspended') : action.to === to;
}

const writeTable = (): string =>
  table(
    ['action', 'who', 'in the states', 'then', 'reason', 'mobile devices'],
    ACTIONS.map(({ name, who, from, to, reason, forPhones }) => [
      `\`${name}\``,
      who,
      from.map((state) => `\`${state}\``).join(', '),
      thenOf(to),
      reason,
      forPhones ? 'too' : '',
    ]),
  );

function thenOf(to: DrawnAction['to']): string {
  if (to === null) return 'the same';
  return to === 'before-suspension' ? 'the state before' : `\`${to}\``;
}
