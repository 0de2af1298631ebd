import type { AuditRow } from '../api.js';

/** What the audit log's events mean, where a timeline tells them. */
const WORDS: Readonly<Record<string, string>> = {
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
  'device.erase-ordered': 'Erasure ordered',
  'device.erased': 'The card was erased',
  'device.state-changed': 'State changed',
  'initial-pin.shown': 'Initial PIN shown',
  'puk.approved': 'Factory PUK approved',
  'support-file.added': 'Support file attached',
  'support-file.removed': 'Support file removed',
};

/** An event in words; one of another version by its name. */
export const eventWords = (event: string): string => WORDS[event] ?? event;

/** The details of an entry in one line. */
export const describeDetail = (detail: AuditRow['detail']): string =>
  Object.entries(detail)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join(', ');
