import { plural } from '../plural.js';
import { accounts } from './operator/accounts.js';
import { actions } from './operator/actions.js';
import { events } from './operator/events.js';
import { expiryDates } from './operator/expiry-dates.js';
import { policies } from './operator/policies.js';
import { supportFiles } from './operator/support-files.js';

const count = plural('en');

/** The words of the portal's pages for operators, except those that they share with the pages for users. */
export const words = {
  tabs: {
    devices: 'Devices',
    policy: 'Device policy',
    differences: 'Devices that differ',
    accounts: 'Accounts',
    audit: 'Audit log',
    expiry: 'Expiry dates',
  },

  /** Headings of columns, and labels of facts. */
  columns: {
    time: 'Time',
    who: 'Who',
    what: 'What',
    from: 'From',
    owner: 'Owner',
    device: 'Device',
    state: 'State',
    actions: 'Actions',
    purpose: 'Purpose',
    key: 'Key',
    serialNumber: 'Serial number',
    valid: 'Valid',
    service: 'Service',
    passkey: 'Passkey',
    authenticator: 'Authenticator',
    created: 'Created',
  },
  /** Words of the audit log. */
  audit: {
    person: 'User name',
    event: 'Event',
    everyEvent: 'All events',
    address: 'Address or network',
    request: 'Request id',
    from: 'From',
    to: 'To',
    export: { csv: 'Export as CSV', jsonl: 'Export as JSON Lines' },
    none: 'No entry matches.',
    /** Tells whose account an entry is about. */
    about: (name: string) => `about ${name}`,
  },
  /** A text that a user wrote, in quotation marks. */
  quoted: (words: string) => `“${words}”`,
  cancel: 'Cancel',
  done: 'Done',
  remove: 'Remove',
  /** Shown in place of an empty list. */
  none: 'There are none.',

  /** Name of a device: its model and its owner. */
  nameOf: (model: string, owner: string) => `${model} of ${owner}`,
  /** Label of the name that the owner of a device gave it. */
  namedByOwner: 'Name given by its owner',
  serialNumber: (serial: string) => `Serial number ${serial}`,
  proofs: {
    attested: 'Keys created on the device: proved',
    'not-proved': 'Keys created on the device: not proved',
  },
  firmware: (version: string) => `Firmware ${version}`,
  phones: 'iPhone or iPad',

  /** Shown in place of the list, by whose devices the reader sees. */
  noDevices: {
    everybody: 'Nobody has a device yet.',
    groups: 'Nobody in the groups of your role has a device yet.',
    nobody: 'Nobody is in the groups of your role now. Ask an administrator whether their names are right.',
  },
  /**
   * Heading above the devices that wait for this operator's approval.
   *
   * @param devices number of the waiting devices, with a plus sign if more devices wait than were read
   */
  waitingForYou: (devices: string) => `Waiting for your approval (${devices})`,
  otherDevices: 'Other devices',

  /** Notes on a device, in one line. */
  notes: {
    another: 'Your own device: another operator must approve it.',
    noVendor: 'Its PIN is set. No vendor vouches for its keys.',
    pukApproved: 'The factory PUK is approved: the owner can continue.',
    pukConfidential: 'The factory PUK is confidential, and the device did not prove what it is.',
    /** Notes on work that waits, by its kind. */
    asked: {
      renew: 'Its owner was asked to renew its certificates.',
      update: 'Its owner was asked to update it.',
      'change-pin': 'Its owner was asked to change its PIN.',
      erase: 'Its owner was asked to give it back.',
    },
    pinApproved: 'A new PIN is approved: the owner can continue.',
    pinForgotten: 'Its owner forgot the PIN, and the device can’t prove what it is.',
    anotherActivates: 'Your own device: another operator must activate it.',
    installing: 'It was sent its certificates, and has not shown that it installed them.',
    declined: (reason: string) => `Declined: “${reason}”`,
    suspendedForLeaving: 'Suspended, because its owner left.',
    terminatedForLeaving: 'Terminated, because its owner left.',
    suspended: (reason: string) => `Suspended: “${reason}”`,
    terminated: (reason: string) => `Terminated: “${reason}”`,
    released: (reason: string) => `Released: “${reason}”`,
    /** @param incident what its owner reported, such as “stolen” */
    reported: (incident: string) => `Reported by its owner: ${incident}.`,
  },

  /** Words of the list of what waits for the owner of a device. */
  work: {
    title: 'Waits for its owner',
    kinds: { renew: 'Renew the certificates', update: 'Update', 'change-pin': 'Change the PIN', erase: 'Give it back' },
    /** @param operator user name */
    asked: (operator: string, date: string, until: string) => `Asked by ${operator} on ${date}. Waits until ${until}.`,
    started: 'Its owner has started it.',
    takeBack: 'Take back',
    takenBack: 'Taken back',
    goesOn: (device: string) => `Taken back: ${device}. Its owner has started it already, so it continues.`,
  },

  /** Words of the page of devices that differ from the policy of their model. */
  differences: {
    intro:
      'These active devices were issued by other rules than those of today. Their owners can be asked to do what removes the difference.',
    none: 'No active device differs from the policy of its model.',
    more: 'Compare further devices',
    chooseAll: 'Choose all',
    ask: (devices: number) =>
      count(devices, { one: 'Ask the owner of one device', other: `Ask the owners of ${devices} devices` }),
    asked: (devices: number) =>
      devices === 0
        ? 'Nobody was asked: the devices have changed.'
        : count(devices, { one: 'Asked for one device.', other: `Asked for ${devices} devices.` }),
    /** What differs. */
    kinds: {
      slotGone: (purpose: string, slot: string) => `${purpose} (${slot}): the policy no longer has this slot.`,
      slotNew: (purpose: string, slot: string, algorithm: string) =>
        `${purpose} (${slot}): no certificate. The policy wants one, with ${algorithm}.`,
      algorithm: (purpose: string, slot: string, from: string, to: string) =>
        `${purpose} (${slot}): the key is ${from}. The policy wants ${to}.`,
      days: (from: number, to: number) => `Certificates for ${from} days. The policy issues them for ${to}.`,
      pinRules: 'The PIN was set by rules that were less strict.',
      passkeyNew: (service: string) => `No passkey at ${service}, which the policy wants.`,
      passkeyGone: (service: string) => `A passkey at ${service}, which the policy no longer has.`,
    },
    /** Why an update does not remove a difference. */
    obstacles: {
      'keys-not-proved': 'An update can’t change this, because the device can’t prove a new key.',
      'old-key-lost':
        'An update can’t change this, because the old key would be lost, and with it what was encrypted for it.',
      'identifies-device': 'An update can’t change this, because the device is recognized by this key.',
    },
    /** What removes the differences, by the kind of the work. */
    helps: {
      renew: 'A renewal of the certificates removes this.',
      update: 'An update removes this.',
      'change-pin': 'Another PIN removes this.',
      erase: 'The device must be given back.',
    },
    waits: {
      renew: 'Its owner was asked for a renewal.',
      update: 'Its owner was asked for an update.',
      'change-pin': 'Its owner was asked for another PIN.',
      erase: 'Its owner was asked to give it back.',
    },
    ownPasskeys: 'Its owner adds and removes passkeys on My Devices.',
    issueAgain: 'Nothing else removes this: its owner must give the device back, and issue it again.',
  },

  /** Words of the page of one device, and of the page of one operation. */
  page: {
    device: 'Device',
    back: 'Back',
    allDevices: 'All devices',
    operation: 'Operation',
    operations: 'Operations',
    noDevice: 'It has no device: it ended before the card was issued.',
    toItsDevice: 'To its device',
    whatHappened: 'What happened',
    besidesOperations: 'Other events',
    olderOperations: 'Older operations are in the audit log.',
    supportFiles: 'Support files',
  },

  /** Words about people who may no longer sign in. */
  leaving: {
    /** @param date when that was first noticed */
    left: (date: string) => `Owner left: ${date}`,
    person: (date: string, reason: string) => `May no longer sign in, as noticed on ${date}: ${reason}`,
    /** How that was noticed. */
    reasons: {
      'not-in-directory': 'the directory no longer has this person.',
      'no-role': 'this person’s groups no longer give a role.',
      'refused-by-provider': 'the provider refuses this person.',
      'session-refused': 'the provider has not renewed the session. It does the same when someone signs out there.',
      disabled: 'the account was disabled.',
      deleted: 'the account was deleted.',
    },
  },

  /** Words of the roles and groups of one person, and of the form that changes them. */
  roles: {
    title: 'Roles and groups',
    roles: 'Roles',
    /** Label of the groups of people whom a role reaches. @param role name of the role */
    onlyFor: (role: string) => `${role} only for these groups`,
    groups: 'Groups of this person',
    eachLine: 'One name in each line. A role without groups is for everybody.',
    eachLineOfPerson: 'One name in each line. Who has a role for one of them reaches this person.',
    byProvider: 'This person signs in at your organization’s provider or directory, which decides on roles and groups.',
    noGroup: 'No group',
    /** Note on a group of people for which a role is given. */
    emptyGroup: (group: string) => `Nobody is in “${group}” now.`,
    save: 'Save',
    saved: 'Saved.',
    savedRoles: 'Saved. The person was signed out everywhere.',
    unchanged: 'Nothing has changed.',
    question: (name: string) => `Change the roles and groups of ${name}?`,
    consequence: 'If roles change, the person is signed out everywhere.',
  },

  /** Words of the page of one person. */
  person: {
    title: 'Person',
    /** Number of devices that count towards the person's limit. */
    used: (used: number, max: number) => `${used} of ${count(max, { one: '1 device', other: `${max} devices` })}`,
    /** Names of the roles. */
    roles: {
      user: 'User',
      'help-desk': 'Help desk',
      operator: 'Operator',
      administrator: 'Administrator',
      auditor: 'Auditor',
    },
    /** A role for one group of people. */
    roleFor: (role: string, group: string) => `${role} for ${group}`,
    noRole: 'No role',
    devices: 'Devices in use',
    over: 'No longer used',
    noPasskey: 'No passkey is registered here. Passkeys on devices are on the pages of the devices.',
    passkeyConsequence: (name: string) =>
      `Make sure that the right person asks. Nobody can sign in with “${name}” then, and the person is signed out everywhere. If none is left, the next sign-in with the password registers another one.`,
    hasMore: 'Older devices are in the list of all devices.',
    goodUntil: 'Good until',
    since: 'Since',
  },

  certificates: 'Certificates',
  keyProofs: {
    attested: 'Created on the device: proved',
    'not-proved': 'Created on the device: not proved',
  },

  passkeys: {
    title: 'Passkeys',
    ways: {
      host: 'By the host',
      page: 'By the browser, in the portal’s page',
      window: 'By the browser, in a window of the service',
    },
    attested: 'Attested by its vendor',
    notAttested: 'Not attested',
    proved: 'Proved to be on this device',
    notProved: 'Not proved to be on this device',
    removalDue: 'To be removed at its service',
    since: (time: string) => `since ${time}`,
    registered: 'Registered',
    lastUsed: (time: string) => `last used ${time}`,
  },

  /** Words of the timeline of one operation. */
  timeline: {
    statuses: { running: 'Not finished', done: 'Done', failed: 'Failed', cancelled: 'Cancelled' },
    outcomes: { passed: 'passed', failed: 'failed', unanswered: 'no answer' },
    inAll: (duration: string) => `${duration} in all`,
    started: 'Started',
    continued: 'Continued in another session',
    from: (session: string, address: string) => `${session}, from ${address}`,
    moved: (actor: string) => `Another operation took over its card (${actor}).`,
    judgedAgain: 'Judged again after a long time, by the policy of that moment: it may continue',
    refusedNow: (reason: string) =>
      `Judged again after a long time, by the policy of that moment, and refused: ${reason}`,
    rests: 'Rests here',
    commands: (commands: number) => count(commands, { one: 'One command', other: `${commands} commands` }),
    /** Follows the number of commands of a step. */
    oneFailed: ', one failed',
    noAnswer: ', without an answer',
    noResults: 'No results came',
  },
  /** Follows the name of an event whose outcome is a failure. */
  failed: '(failed)',
  whatToDo: 'What to do:',
  troubleshooting: (code: string) => `Troubleshooting: ${code}`,

  accounts,
  actions,
  events,
  expiryDates,
  policies,
  supportFiles,
};
