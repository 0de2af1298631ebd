import type { Action } from '../api.js';

/** What the operator's page says about an action. */
interface ActionWords {
  /** The button. */
  readonly label: string;
  /** What the page says afterwards, before the name of the device. */
  readonly done: string;
  /** What it does, where the operator is asked first. */
  readonly consequence?: string;
  /** Whether nothing takes it back: then the operator has to say that it is meant. */
  readonly isFinal?: boolean;
  /** Whether it is what a device that waits should get. */
  readonly isUsual?: boolean;
}

export const ACTION_WORDS: Readonly<Record<Action['name'], ActionWords>> = {
  approve: { label: 'Approve', done: 'Approved', isUsual: true },
  decline: {
    label: 'Decline',
    done: 'Declined',
    consequence:
      'The issuance then counts as failed, and the certificates are revoked for good. The owner reads your reason.',
  },
  'approve-puk': { label: 'Approve the factory PUK', done: 'Factory PUK approved', isUsual: true },
  'approve-unlock': { label: 'Approve a new PIN', done: 'New PIN approved', isUsual: true },
  'allow-retry': { label: 'Allow another try', done: 'Another try allowed' },
  activate: { label: 'Activate', done: 'Activated', isUsual: true },
  resume: { label: 'Resume', done: 'Resumed' },
  'ask-back': {
    label: 'Ask for it back',
    done: 'Asked back',
    consequence:
      'Its owner reads this beside the device, with your reason, and can have it erased. Nothing changes until then.',
  },
  suspend: {
    label: 'Suspend',
    done: 'Suspended',
    consequence: 'Its owner can’t use it until an operator resumes it, and reads your reason.',
  },
  release: {
    label: 'Release',
    done: 'Released',
    consequence: 'The device is then nobody’s. Anyone can have it erased and issued again.',
  },
  terminate: {
    label: 'Terminate permanently',
    done: 'Terminated',
    consequence: 'Its certificates are revoked for good, and its owner can’t use it any more. This can’t be undone.',
    isFinal: true,
  },
};
