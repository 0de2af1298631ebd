import type { AuditEvent } from '@cardwright/cms/store';
import type { PortalEvent } from '../../server/audit.js';
import { operatorText } from '../operator-text.js';

/** Events that only earlier versions of the portal recorded. */
type EarlierEvent = 'device.asked-back' | 'vendor-certificates.imported' | 'vendor-certificates.removed';

/** Words for the events of the audit log. */
export const EVENT_WORDS: Readonly<Record<AuditEvent | PortalEvent | EarlierEvent, string>> = operatorText.events;

const isKnown = (event: string): event is keyof typeof EVENT_WORDS => Object.hasOwn(EVENT_WORDS, event);

/** Describes an event in words. Returns the name of an event that this version does not know. */
export const eventWords = (event: string): string => (isKnown(event) ? EVENT_WORDS[event] : event);
