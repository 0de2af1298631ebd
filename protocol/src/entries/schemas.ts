/** The schemas that commands and messages are made of: bytes, texts, ids, and public keys. */
export {
  BASE64URL,
  between,
  bytes,
  COMPACT_JWE,
  COMPACT_JWS,
  count,
  described,
  displayId,
  operationId,
  origin,
  publicJwk,
  publicJwkSet,
  sealed,
  SENSITIVE,
  sessionId,
  signed,
  text,
  type PublicJwk,
  type PublicJwkSet,
} from '../schema.js';
export { receiverJwk } from '../p256.js';
