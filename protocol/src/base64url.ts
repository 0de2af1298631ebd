import { base64url } from 'jose';

/**
 * Encodes bytes as base64url without padding (RFC 4648, section 5).
 *
 * @example
 * encodeBytes(Uint8Array.of(255)); // '_w'
 */
export const encodeBytes = (value: Uint8Array): string => base64url.encode(value);

/**
 * Decodes base64url without padding (RFC 4648, section 5).
 *
 * @throws TypeError if the text cannot be decoded
 *
 * @example
 * decodeBytes('_w'); // Uint8Array [ 255 ]
 */
export const decodeBytes = (value: string): Uint8Array => base64url.decode(value);
