import { CARD_ERRORS, DEVICE_ERRORS } from '../commands/card-errors.js';
import type { ErrorCode } from '../errors.js';
import { errorLink, linkTo, table } from './markdown.js';

/** A set of errors that many commands share. The reference lists each set in one place. */
interface SharedErrors {
  /** Name by which a command refers to these errors. */
  readonly name: string;
  readonly whose: string;
  readonly codes: readonly ErrorCode[];
}

/**
 * The sets of shared errors. The set of the card contains the set of the device, and comes before it. A command that has all errors of the card is
 * therefore described by the set of the card.
 */
const SHARED: readonly SharedErrors[] = [
  { name: 'the card', whose: 'of each command that sends something to the open card', codes: CARD_ERRORS },
  { name: 'the device', whose: 'of each command on the open device', codes: DEVICE_ERRORS },
  {
    name: 'the window',
    whose: "of each command that asks the user in the extension's window",
    codes: ['USER_CANCELLED', 'USER_TIMEOUT', 'WINDOW_NOT_ALLOWED'],
  },
];

const TITLE = 'Errors that commands share';

/** The section of the reference that lists the shared errors. */
export const sharedErrors: readonly string[] = [
  `### ${TITLE}`,
  'A command names these by the first column, and lists only its other errors.',
  table(
    ['errors of', 'which are those', 'codes'],
    SHARED.map(({ name, whose, codes }) => [`*${name}*`, whose, codes.map(errorLink).join(', ')]),
  ),
];

/** Describes the errors of a command: the shared errors by their names, then the others. */
export function describeErrors(errors: readonly ErrorCode[]): string {
  const names: string[] = [];
  let others = errors;
  for (const { name, codes } of SHARED) {
    if (!codes.every((code) => others.includes(code))) continue;
    names.push(`those of ${linkTo(TITLE, name)}`);
    others = others.filter((code) => !codes.includes(code));
  }
  return [...names, ...others.map(errorLink)].join(', ');
}
