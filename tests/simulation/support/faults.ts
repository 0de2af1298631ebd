import type { SimulatedCms } from './simulated-cms.js';
import type { Disturbance, RunningSession } from './workplace.js';

interface FaultDefinition {
  readonly title: string;
  /** Set when the fault always ends its session. */
  readonly endsSession: boolean;
  /** Returns the disturbance for an APDU, counted from 1. */
  readonly at: (apdu: number, cms: SimulatedCms) => Disturbance;
}

const ambush = (apdu: number, strike: (session: RunningSession) => void): Disturbance => ({
  ambushes: (session) => [{ at: apdu, strike: () => strike(session) }],
});
const status = (statusWord: number): FaultDefinition => ({
  title: `answers ${statusWord.toString(16).toUpperCase()} without doing it`,
  endsSession: false,
  at: (apdu) => ({ faults: [{ kind: 'status', at: apdu, statusWord }] }),
});

/** Faults at one APDU of a session. Their names are part of the command that repeats a case. */
export const FAULTS = {
  pull: { title: 'pulled before it', endsSession: true, at: (apdu) => ({ faults: [{ kind: 'pull', at: apdu }] }) },
  'pull-after': {
    title: 'pulled after it',
    endsSession: true,
    at: (apdu) => ({ faults: [{ kind: 'pull-after', at: apdu }] }),
  },
  'status-6F00': status(0x6f00),
  'status-6982': status(0x6982),
  'status-6A84': status(0x6a84),
  'status-9000': status(0x9000),
  'ctap-33': {
    title: 'answers CTAP2_ERR_PIN_AUTH_INVALID without doing it',
    endsSession: false,
    at: (apdu) => ({ faults: [{ kind: 'ctap', at: apdu, ctapStatus: 0x33 }] }),
  },
  'keep-puk': {
    title: 'answers 9000 to each change of the PUK from it on, without doing it',
    endsSession: false,
    at: (apdu) => ({ faults: [{ kind: 'keep-puk', at: apdu }] }),
  },
  stale: {
    title: 'answers as the one before was answered, without doing it',
    endsSession: false,
    at: (apdu) => ({ faults: [{ kind: 'stale', at: apdu }] }),
  },
  garble: { title: 'garbled answer', endsSession: false, at: (apdu) => ({ faults: [{ kind: 'garble', at: apdu }] }) },
  'host-killed': { title: 'host killed', endsSession: true, at: (apdu) => ambush(apdu, (session) => session.kill()) },
  'page-replaced': {
    title: 'page replaced by a second session',
    endsSession: true,
    at: (apdu) => ambush(apdu, (session) => session.leave()),
  },
  'other-program': {
    title: 'page replaced, and another program uses the card in between',
    endsSession: true,
    at: (apdu) =>
      ambush(apdu, (session) => {
        session.leave();
        session.intrude();
      }),
  },
  'cms-restarted': {
    title: 'CMS restarted',
    endsSession: false,
    at: (apdu, cms) => ambush(apdu, () => void cms.restart()),
  },
  'commit-undone': {
    title: "next transaction of the CMS's store undone",
    endsSession: true,
    at: (apdu, cms) => ambush(apdu, () => cms.breakNextTransaction('undone')),
  },
  'second-undone': {
    title: 'the transaction after the next undone',
    endsSession: false,
    at: (apdu, cms) => ambush(apdu, () => cms.breakNextTransaction('undone', 1)),
  },
  'answer-lost': {
    title: 'next transaction kept, its answer lost',
    endsSession: false,
    at: (apdu, cms) => ambush(apdu, () => cms.breakNextTransaction('answer-lost')),
  },
} as const satisfies Readonly<Record<string, FaultDefinition>>;

export type FaultName = keyof typeof FAULTS;

const isFaultName = (name: string): name is FaultName => Object.hasOwn(FAULTS, name);
export const FAULT_NAMES: readonly FaultName[] = Object.keys(FAULTS).filter(isFaultName);

/** Faults at a CTAP message alone. Only the results of a passkey are stored in two transactions, before and after its service is told. */
const OF_CTAP: readonly FaultName[] = ['ctap-33', 'second-undone'];
/**
 * Faults that show nothing new at a CTAP message. The errors of CTAP stand in the first byte of an answer with the status word 9000, so 6982 and 6A84
 * are read as 6F00 is. No PUK is changed there. And a CMS keeps nothing in memory for a passkey that it does not keep for a certificate.
 */
const LEFT_OUT_AT_CTAP: readonly FaultName[] = ['status-6982', 'status-6A84', 'keep-puk', 'cms-restarted'];

export const PIV_FAULTS: readonly FaultName[] = FAULT_NAMES.filter((name) => !OF_CTAP.includes(name));
export const PASSKEY_FAULTS: readonly FaultName[] = FAULT_NAMES.filter((name) => !LEFT_OUT_AT_CTAP.includes(name));

/** Returns whether the fault ends its session, so that a second fault can follow in the next. */
export const endsSession = (name: FaultName): boolean => FAULTS[name].endsSession;

/** A fault and the APDU at which it happens, counted from 1 at `device.open`. */
export interface PlannedFault {
  readonly fault: FaultName;
  readonly apdu: number;
}

/** Writes a planned fault as `pull@12`. */
export const written = ({ fault, apdu }: PlannedFault): string => `${fault}@${apdu}`;

/** @throws if the text is not a planned fault */
export function parsePlannedFault(text: string): PlannedFault {
  const [fault = '', apdu = ''] = text.split('@');
  if (!isFaultName(fault) || !/^[1-9]\d{0,3}$/.test(apdu)) throw new Error(`'${text}' is no fault, such as pull@12`);
  return { fault, apdu: Number(apdu) };
}
