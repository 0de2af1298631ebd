/** The words of an operator's action. */
export interface ActionText {
  /** Label of the button. */
  readonly label: string;
  /** Beginning of the sentence that tells the outcome. The name of the device follows it. */
  readonly done: string;
  /** The consequence, for the question with which the operator confirms the action. Without a consequence, no question is asked. */
  readonly consequence?: string;
}

type ActionName =
  | 'approve'
  | 'decline'
  | 'approve-puk'
  | 'approve-unlock'
  | 'allow-retry'
  | 'activate'
  | 'resume'
  | 'ask-renew'
  | 'ask-update'
  | 'ask-change-pin'
  | 'ask-back'
  | 'suspend'
  | 'release'
  | 'terminate';

const byName: Readonly<Record<ActionName, ActionText>> = {
  approve: {
    label: 'Approve',
    done: 'Approved',
    consequence: 'No vendor vouches for its keys: you do. Its certificates count at once.',
  },
  decline: {
    label: 'Decline',
    done: 'Declined',
    consequence:
      'The issuance then counts as failed, and its certificates are revoked for good. The owner reads your reason.',
  },
  'approve-puk': {
    label: 'Approve the factory PUK',
    done: 'Factory PUK approved',
    consequence:
      'The device did not prove what it is. The organisation’s confidential PUK goes to it when its owner continues.',
  },
  'approve-unlock': {
    label: 'Approve a new PIN',
    done: 'New PIN approved',
    consequence:
      'The device can’t prove what it is. Its PUK goes to it when its owner continues, who then sets a new PIN.',
  },
  'allow-retry': { label: 'Allow another attempt', done: 'Another attempt allowed' },
  activate: { label: 'Activate', done: 'Activated' },
  resume: { label: 'Resume', done: 'Resumed' },
  'ask-renew': {
    label: 'Ask for a renewal',
    done: 'Renewal asked for',
    consequence:
      'Its owner reads your request beside the device, with your reason, and can renew its certificates now. Nothing changes until then.',
  },
  'ask-update': {
    label: 'Ask for an update',
    done: 'Update asked for',
    consequence:
      'Its owner reads your request beside the device, with your reason, and can bring it to the policy of today. Nothing changes until then.',
  },
  'ask-change-pin': {
    label: 'Ask for another PIN',
    done: 'Another PIN asked for',
    consequence:
      'Its owner reads your request beside the device, with your reason, and sets another PIN. The present PIN is good until then.',
  },
  'ask-back': {
    label: 'Ask for it back',
    done: 'Asked back',
    consequence:
      'Its owner reads your request beside the device, with your reason, and can have it erased. Nothing changes until then.',
  },
  suspend: {
    label: 'Suspend',
    done: 'Suspended',
    consequence: 'Its owner can’t use it until an operator resumes it. The owner reads your reason.',
  },
  release: {
    label: 'Release',
    done: 'Released',
    consequence: 'It then no longer belongs to its owner. Anyone can have it erased and issued again.',
  },
  terminate: {
    label: 'Terminate permanently',
    done: 'Terminated',
    consequence: 'Its certificates are revoked for good, and its owner can’t use it any more. This can’t be undone.',
  },
};

/** The words of an operator's actions on devices. */
export const actions = {
  byName,
  /**
   * Sentence that tells the outcome of an action.
   *
   * @param done `ActionText.done`
   */
  outcome: (done: string, device: string) => `${done}: ${device}.`,
  hasChanged: (device: string) =>
    `${device} has changed since you saw it, so nothing was done. Look at it again before you decide.`,
  question: (label: string) => `${label}?`,
  reason: 'Reason',
  optionalReason: 'Reason (optional)',
  reasonMissing: 'Give a reason: it goes into the audit log.',
  days: 'Waits for (days)',
  daysWrong: 'Enter a number from 1 to 365.',
  isMeant: 'I have checked owner and serial number',

  showInitialPin: 'Show initial PIN',
  whyInitialPin: 'The initial PIN is shown only to you, in a window of the Cardwright extension.',
  code: {
    button: 'Issue a one-time code',
    title: 'Issue a one-time code?',
    warning:
      'Make sure that the owner is calling. With this code, whoever has the device and can sign in as its owner sets a new PIN. The owner reads on My Devices that you issued one.',
    issue: 'Issue code',
    issued: 'One-time code issued',
    readOut: 'Read out this code',
    goodUntil: (time: string) =>
      `It is good until ${time}, for this device and one new PIN. It is shown only now. A new code replaces it.`,
  },
};
