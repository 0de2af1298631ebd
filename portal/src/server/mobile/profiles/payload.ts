import { randomUUID } from 'node:crypto';
import type { PropertyDictionary } from './enrolment-method.js';

/**
 * Makes a payload or a whole profile, with the members that both require (apple/device-management, CommonPayloadKeys and TopLevel).
 *
 * The UUID of a payload is random, and new each time. When a profile is replaced, a phone updates a payload only if its identifier and UUID are the
 * same as before. A payload with a new UUID takes the place of the old one, with a new key and certificate.
 *
 * @param identifier the same for a payload and the payload that replaces it; unique within a profile
 */
export const newPayload = (type: string, identifier: string, content: PropertyDictionary): PropertyDictionary => ({
  PayloadType: type,
  PayloadVersion: 1,
  PayloadIdentifier: identifier,
  PayloadUUID: randomUUID().toUpperCase(),
  ...content,
});
