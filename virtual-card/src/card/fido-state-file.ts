import type { FidoPinValue, FidoState, ResidentCredential } from './fido-state.js';
import { decodeBytes, type Fields, fieldsOf, listIn, numberIn, textIn } from './json-fields.js';

/** Returns the FIDO2 application's memory in the form of the state file. Returns undefined if the application was never used. */
export function encodeFido(fido: FidoState | undefined): unknown {
  return fido && { ...fido, pin: fido.pin ?? null, pinToChange: fido.pinToChange ?? null };
}

export function decodeFido(json: unknown): FidoState | undefined {
  if (json === undefined) return undefined;
  const fields = fieldsOf(json);
  return {
    wrappingKey: decodeBytes(fields.wrappingKey),
    pin: fields.pin === null ? undefined : decodePin(fields.pin),
    pinTriesLeft: numberIn(fields, 'pinTriesLeft'),
    minPinLength: numberIn(fields, 'minPinLength'),
    minPinLengthRpIds: listIn(fields, 'minPinLengthRpIds').map(String),
    pinToChange: fields.pinToChange === null ? undefined : decodeBytes(fields.pinToChange),
    alwaysUv: fields.alwaysUv === true,
    enterpriseAttestation: fields.enterpriseAttestation === true,
    signatureCounter: numberIn(fields, 'signatureCounter'),
    credentials: listIn(fields, 'credentials').map(decodeCredential),
  };
}

function decodePin(json: unknown): FidoPinValue {
  const fields = fieldsOf(json);
  return { hash: decodeBytes(fields.hash), codePoints: numberIn(fields, 'codePoints') };
}

function decodeCredential(json: unknown): ResidentCredential {
  const fields = fieldsOf(json);
  const user = fieldsOf(fields.user);
  return {
    id: decodeBytes(fields.id),
    rpId: textIn(fields, 'rpId'),
    user: {
      id: decodeBytes(user.id),
      name: optionalText(user, 'name'),
      displayName: optionalText(user, 'displayName'),
    },
    algorithm: numberIn(fields, 'algorithm'),
    secret: decodeBytes(fields.secret),
    credProtect: numberIn(fields, 'credProtect'),
    hmacSecret: fields.hmacSecret === true,
  };
}

function optionalText(fields: Fields, name: string): string | undefined {
  return fields[name] === undefined ? undefined : textIn(fields, name);
}
