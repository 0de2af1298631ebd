import { createHash } from 'node:crypto';
import { SettingsService, verifyRegistrationResponse } from '@simplewebauthn/server';
import { decodeAttestationObject } from '@simplewebauthn/server/helpers';
import * as v from 'valibot';
import { badRequest } from './graph-error.js';

const RP_ID = 'login.microsoft.com';
const ORIGIN = `https://${RP_ID}`;

/** A `webauthnPublicKeyCredential` as sent. */
export interface SentCredential {
  readonly id: string;
  readonly response: { readonly clientDataJSON: string; readonly attestationObject: string };
}

export interface AcceptedCredential {
  readonly aaguid: string;
  readonly isAttested: boolean;
  /** SHA-1 thumbprints, hexadecimal. */
  readonly certificates: readonly string[];
}

/** Allows further members: Chromium adds one at random, so that nobody compares with a template (WebAuthn, 5.8.1). */
const clientDataSchema = v.object({
  type: v.literal('webauthn.create'),
  challenge: v.string(),
  origin: v.literal(ORIGIN),
  crossOrigin: v.exactOptional(v.literal(false)),
});

/**
 * Verifies a registration with an independent library, as a relying party that trusts some manufacturers.
 *
 * @param take uses up the challenge, or throws
 */
export async function verifyNewPasskey(
  { id, response }: SentCredential,
  roots: readonly string[],
  take: (challenge: string) => void,
): Promise<AcceptedCredential> {
  const clientDataJSON = toBase64url(response.clientDataJSON);
  const attestationObject = toBase64url(response.attestationObject);
  const parsed = v.safeParse(clientDataSchema, parse(Buffer.from(clientDataJSON, 'base64url')));
  if (!parsed.success) throw badRequest('The client data is not that of a registration at this origin.');
  take(parsed.output.challenge);
  const statement = decode(attestationObject);
  const certificates = (statement.get('attStmt').get('x5c') ?? []).map((der) => Buffer.from(der));
  if (!['packed', 'none'].includes(statement.get('fmt'))) throw badRequest('The attestation format is not supported.');
  const verify = async (trusted: readonly string[]) => {
    SettingsService.setRootCertificates({ identifier: 'packed', certificates: [...trusted] });
    try {
      return await verifyRegistrationResponse({
        response: {
          id,
          rawId: id,
          type: 'public-key',
          response: { clientDataJSON, attestationObject },
          clientExtensionResults: {},
        },
        expectedChallenge: parsed.output.challenge,
        expectedOrigin: ORIGIN,
        expectedRPID: RP_ID,
        requireUserVerification: true,
        supportedAlgorithmIDs: [-7, -257],
      });
    } finally {
      // The roots are global to the process, and other code verifies too.
      SettingsService.setRootCertificates({ identifier: 'packed', certificates: [] });
    }
  };
  const verified = await verify([]).catch(() => undefined);
  if (!verified?.verified || verified.registrationInfo.credential.id !== id)
    throw badRequest('The attestation object does not verify.');
  const isTrusted =
    certificates.length > 0 &&
    roots.length > 0 &&
    (await verify(roots).then(
      (result) => result.verified,
      () => false,
    ));
  return {
    aaguid: verified.registrationInfo.aaguid,
    isAttested: isTrusted,
    certificates: certificates.map((der) => createHash('sha1').update(der).digest('hex')),
  };
}

function decode(attestationObject: string) {
  try {
    return decodeAttestationObject(new Uint8Array(Buffer.from(attestationObject, 'base64url')));
  } catch {
    throw badRequest('The attestation object cannot be read.');
  }
}

function parse(json: Buffer): unknown {
  try {
    return JSON.parse(json.toString('utf8'));
  } catch {
    throw badRequest('The client data cannot be read.');
  }
}

function toBase64url(value: string): string {
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(value)) throw badRequest('Binary data must be base64url.');
  return value.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
