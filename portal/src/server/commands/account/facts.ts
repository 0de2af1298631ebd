import { ROLES } from '../../rights.js';
import type { CommandFacts } from '../command-facts.js';

/** The options of `account add`. */
export const ADDED_OPTIONS = {
  'display-name': {
    type: 'string',
    value: 'TEXT',
    isRequired: true,
    summary: 'Says what the portal calls the person.',
  },
  role: {
    type: 'string',
    multiple: true,
    value: 'ROLE',
    summary: `Gives a role: ${ROLES.join(', ')}. Without it the account has the role user.`,
  },
  email: { type: 'string', value: 'ADDRESS', summary: "States the person's address, for certificates and notices." },
  upn: { type: 'string', value: 'NAME', summary: 'States the user principal name, for signing in to Windows.' },
  sid: { type: 'string', value: 'SID', summary: 'States the security identifier of the account in Active Directory.' },
  'password-file': {
    type: 'string',
    value: 'FILE',
    summary: 'Takes the password from a file, or from the input if FILE is -. Without it, a link is printed.',
  },
} as const satisfies CommandFacts['options'];

const NO_OPTIONS = {};

/** The verbs of the command. */
export const ACCOUNT: readonly CommandFacts[] = [
  {
    name: 'account list',
    options: NO_OPTIONS,
    summary: 'Prints the local accounts with their roles.',
    examples: [{ line: 'account list', summary: 'Prints every account.' }],
  },
  {
    name: 'account add',
    operands: 'NAME',
    options: ADDED_OPTIONS,
    summary: 'Adds an account, and prints a link by which its owner sets the password.',
    examples: [{ line: 'account add bob --display-name "Bob Jones" --role operator', summary: 'Adds an operator.' }],
  },
  {
    name: 'account roles',
    operands: 'NAME [ROLE[:GROUP]]...',
    options: NO_OPTIONS,
    summary: 'Gives an account these roles and no others, for all people or for a group. It is signed out everywhere.',
    more: [`ROLE is ${ROLES.join(', ')}.`],
    examples: [{ line: 'account roles bob user operator', summary: 'Gives two roles.' }],
  },
  {
    name: 'account disable',
    operands: 'NAME',
    options: NO_OPTIONS,
    summary: 'Keeps an account from signing in, and signs it out everywhere.',
    examples: [],
  },
  {
    name: 'account enable',
    operands: 'NAME',
    options: NO_OPTIONS,
    summary: 'Lets a disabled account sign in again.',
    examples: [],
  },
  {
    name: 'account delete',
    operands: 'NAME',
    options: NO_OPTIONS,
    summary: 'Deletes an account that has no device in use.',
    examples: [],
  },
  {
    name: 'account confirm',
    operands: 'NAME',
    options: NO_OPTIONS,
    summary: "Says that an account is its owner's, so that it counts as appointed by the server.",
    examples: [],
  },
  {
    name: 'account reset',
    operands: 'NAME',
    options: NO_OPTIONS,
    summary: 'Prints a link by which the owner sets another password.',
    examples: [],
  },
  {
    name: 'account end-sessions',
    operands: '[NAME]',
    options: {
      all: { type: 'boolean', summary: 'Signs everyone out, in place of one person.' },
    },
    summary: 'Signs a person out everywhere, who can sign in again.',
    examples: [{ line: 'account end-sessions --all', summary: 'Signs everyone out.' }],
  },
  {
    name: 'account second-factor',
    operands: 'NAME',
    options: {
      remove: {
        type: 'boolean',
        isRequired: true,
        summary: 'Removes the passkeys and devices that count as second factor.',
      },
    },
    summary: 'Removes the second factor of a person who has lost it. The next sign-in registers a passkey.',
    examples: [],
  },
];
