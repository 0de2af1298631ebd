import type { EnrolmentState, EnrolmentStatus } from '@cardwright/protocol/mobile';
import { CardwrightError } from '@cardwright/protocol';

export const ENROLMENT = '0b8f6c1e-5d43-4c1a-9a55-3f6d2e7b9c10';
export const PHONE = { model: 'iPhone 16 Pro', serial: 'F2LX4QHW0P', version: '22A3354' };

const SHOWS_PHONE: readonly EnrolmentState[] = ['to-confirm', 'enrolling', 'issued', 'sent', 'installed'];

/** Makes a status in this state, as a CMS would answer it. */
export const statusIn = (state: EnrolmentState, changes: Partial<EnrolmentStatus> = {}): EnrolmentStatus => ({
  enrolment: ENROLMENT,
  state,
  expiresAt: ['sent', 'installed', 'failed', 'cancelled'].includes(state) ? null : '2026-11-26T12:15:00.000Z',
  phone: SHOWS_PHONE.includes(state) ? PHONE : null,
  certificates: { ordered: 2, issued: state === 'sent' || state === 'installed' ? 2 : 0 },
  lastRequest: null,
  failure: state === 'failed' ? new CardwrightError('PHONE_SILENT').toWire() : null,
  ...changes,
});
