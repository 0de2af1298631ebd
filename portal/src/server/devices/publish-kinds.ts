import { CARD_KINDS, type CardKind, type Lacking } from '@cardwright/protocol/devices';
import { table, withList } from '../generated-list.js';

/** Returns a document in which a new table, made from the kinds of cards, replaces the former one. */
export const withKinds = (document: string): string =>
  withList(
    document,
    'Kinds',
    table(['kind', 'policy', 'what works', 'it lacks', 'factory keys', 'tried'], CARD_KINDS.map(rowOf)),
  );

const rowOf = ({ key, name, model, lacks, factoryKeys, tried }: CardKind): readonly string[] => [
  `[${name}](#${key})`,
  `\`${model}\``,
  tried === 'never' ? 'unknown' : `issue, unlock, renew, ${lacks.includes('reset') ? 'erase by overwriting' : 'erase'}`,
  lacks.map((what) => NAMES[what]).join(', ') || 'nothing',
  factoryKeys.map(({ algorithm }) => algorithm).join(', ') || 'as agreed with its maker',
  tried,
];

const NAMES: Readonly<Record<Lacking, string>> = {
  attestation: 'attestation',
  metadata: 'metadata',
  'serial number': 'a serial number of its own',
  'change of the management key': 'another management key',
  reset: 'a reset',
};
