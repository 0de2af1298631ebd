import { randomUUID } from 'node:crypto';
import type { PropertyDictionary } from './enrolment-method.js';

/**
 * A payload, or a whole profile, with the keys that each must have (apple/device-management, CommonPayloadKeys and TopLevel).
 *
 * Its UUID is random, a new one each time. A phone only updates a payload of the same identifier and UUID when its profile is
 * replaced; a payload with a new UUID takes the place of the old one, with a new key and certificate.
 *
 * @param identifier always the same for what replaces each other; different within a profile
 */
export const newPayload = (type: string, identifier: string, content: PropertyDictionary): PropertyDictionary => ({
  PayloadType: type,
  PayloadVersion: 1,
  PayloadIdentifier: identifier,
  PayloadUUID: randomUUID().toUpperCase(),
  ...content,
});
