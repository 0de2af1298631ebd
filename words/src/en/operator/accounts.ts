import { plural } from '../../plural.js';

const count = plural('en');

/** Words of the page of local accounts. */
export const accounts = {
  intro:
    'People who sign in with a password of this portal. A change asks you to prove who you are, unless you did so in the last ten minutes.',
  displayName: 'Name',
  email: 'Mail address (optional)',
  role: 'Role',
  add: 'Add account',
  addTitle: (name: string) => `Add an account ${name}?`,
  addConsequence: 'You get a link by which its owner sets a password.',
  added: (name: string) => `There is an account ${name}.`,
  states: {
    active: 'Active',
    'no-password': 'No password yet',
    elsewhere: 'Signs in at a provider or directory',
    disabled: 'Disabled',
  },
  /** @param names user names of the others */
  inHandsOf: (names: string) => `In the hands of ${names} too, who changed it`,
  demo: 'Demo account: its password has stood in the settings.',
  /** The changes of an account: their buttons, what they are called with the name of the account, what follows, and what is said afterwards. */
  changes: {
    reset: {
      button: 'Reset password',
      of: (name: string) => `Reset the password of ${name}`,
      consequence:
        'You get a link by which its owner sets another password. The present one works until then, and a link of before no longer does.',
      done: (name: string) => `${name} can set another password.`,
    },
    disable: {
      button: 'Disable',
      of: (name: string) => `Disable ${name}`,
      consequence:
        'The person is signed out everywhere, and can’t sign in. Devices stay as they are or are suspended, as the settings say.',
      done: (name: string) => `${name} is disabled.`,
    },
    enable: {
      button: 'Enable',
      of: (name: string) => `Enable ${name}`,
      consequence: 'The person can sign in again.',
      done: (name: string) => `${name} can sign in again.`,
    },
    confirm: {
      button: 'Confirm owner',
      of: (name: string) => `Confirm that ${name} is in its owner’s hands alone`,
      consequence:
        'Make sure with the person that nobody else knows the password or has the second factor. From then on, the person decides independently of who changed the account.',
      done: (name: string) => `You confirmed ${name}.`,
    },
    delete: {
      button: 'Delete',
      of: (name: string) => `Delete ${name}`,
      consequence:
        'Nobody can sign in with it any more, and nobody gets its user name again. The names stay for the audit log and for devices that are no longer in use.',
      done: (name: string) => `${name} is deleted.`,
    },
  },
  devicesLeft: (devices: number) =>
    count(devices, {
      one: 'One device of this person is in use. It stays as it is or is suspended, as the settings say.',
      other: `${devices} devices of this person are in use. They stay as they are or are suspended, as the settings say.`,
    }),
  /** Label of the link. @param time until which it is good */
  link: (time: string) => `Link for its owner alone. It works once, until ${time}, and is shown only here:`,
  /** Why nothing was changed. */
  refusals: {
    unknown: (name: string) => `There is no account ${name}.`,
    'name-taken': (name: string) => `There is an account ${name} already, or there was one. Choose another user name.`,
    'windows-name-taken': (name: string) =>
      `Another account has this UPN or SID. Check whose it is before you give it to ${name}.`,
    'last-administrator': (name: string) => `${name} is the last administrator who can sign in. Add another one first.`,
    'has-devices': (name: string) => `${name} has devices in use. Terminate them first.`,
    'not-local': (name: string) =>
      `${name} signs in at your organization's provider, which decides on passwords and roles.`,
    disabled: (name: string) => `${name} is disabled. Enable the account first.`,
    deleted: (name: string) => `${name} was deleted.`,
    'not-independent': (name: string) =>
      `${name} is in your hands too, or yours depend on it. Someone who is independent has to confirm it.`,
  },
};
