import type { AuditEvent } from '@cardwright/cms';
import type { PortalEvent } from '../../server/audit.js';
import type { AuditRow } from '../api.js';

/** What earlier versions wrote. */
type EarlierEvent = 'vendor-certificates.imported' | 'vendor-certificates.removed';

/** What the audit log's events mean. */
const WORDS: Readonly<Record<AuditEvent | PortalEvent | EarlierEvent, string>> = {
  login: 'Login',
  'login.renewed': 'Login renewed',
  logout: 'Logout',
  'operation.started': 'Started',
  'operation.resumed': 'Continued in another session',
  'operation.finished': 'Ended',
  'operation.cancelled': 'Cancelled',
  'operation.interrupted': 'Interrupted',
  'management-key.authenticated': 'The card proved its management key',
  'management-key.refused': 'The card has another management key',
  'escrow.stored': 'Escrow stored',
  'credentials.applied': 'New PIN, PUK and management key are on the card',
  'secret.released': 'Secret sealed and sent',
  'certificate.issued': 'Certificate issued',
  'certificate.superseded': 'Certificate revoked: its key was replaced',
  'certificate.refused': 'Certificate refused',
  'fido.reset-ordered': 'Reset of the FIDO application ordered',
  'fido.reset': 'The FIDO application was reset',
  'passkey.registered': 'Passkey registered',
  'passkey.refused': 'Passkey refused',
  'passkey.deleted': 'Passkey deleted from the device',
  'passkey.removal-due': 'Passkey to be removed at its service',
  'passkey.removed': 'Passkey removed at its service',
  'device.asked-back': 'Its owner was asked to give it back',
  'device.erase-ordered': 'Erasure ordered',
  'device.erased': 'The card was erased',
  'device.state-changed': 'State changed',
  'initial-pin.shown': 'Initial PIN shown',
  'pin.changed': 'PIN changed by its owner',
  'pin.unblocked': 'New PIN set with the PUK',
  'puk.replaced': 'PUK replaced',
  'operator.made': 'First operator made',
  'puk.approved': 'Factory PUK approved',
  'unlock-code.issued': 'One-time code for a new PIN issued',
  'unlock-code.used': 'One-time code used',
  'unlock-code.refused': 'One-time code refused',
  'retry.allowed': 'Another try allowed after a refusal',
  'support-file.added': 'Support file attached',
  'support-file.removed': 'Support file removed',
  'mobile.enrolment-started': 'Enrolment of a mobile device started',
  'mobile.link-opened': 'Enrolment link opened',
  'mobile.profile-downloaded': 'Enrolment profile downloaded',
  'mobile.phone-identified': 'The mobile device proved what it is',
  'mobile.phone-refused': 'Request from a mobile device refused',
  'mobile.phone-confirmed': 'Mobile device confirmed by its user',
  'mobile.configuration-sent': 'Configuration sent to the mobile device',
  'mobile.installed': 'The mobile device has its certificates',
  'mobile.enrolment-failed': 'Mobile device could not be enrolled',
  'mobile.enrolment-cancelled': 'Enrolment of a mobile device cancelled',
  'mobile.deleted': 'Mobile device deleted by its user',
  'policy.changed': 'Device policy changed',
  'policy.proposed': 'Change of the device policy proposed',
  'policy.proposal-ended': 'Proposed change of the device policy ended',
  'vendor-certificates.imported': 'Vendor certificates imported',
  'vendor-certificates.removed': 'Vendor certificate removed',
};

const isKnown = (event: string): event is keyof typeof WORDS => Object.hasOwn(WORDS, event);

/** An event in words; one of another version by its name. */
export const eventWords = (event: string): string => (isKnown(event) ? WORDS[event] : event);

/** The details of an entry in one line. */
export const describeDetail = (detail: AuditRow['detail']): string =>
  Object.entries(detail)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join(', ');
