import type { Params } from '@cardwright/protocol';
import type { CreationOptions } from '@cardwright/protocol/passkeys';
import { signStep, type StepPayload } from '@cardwright/protocol/steps';
import type { CryptoKey } from 'jose';
import { DEVICE, type ExtensionStage } from './extension-stage.js';
import type { WireSession } from './wire-page.js';

export const OPERATION = 'operation-1';
/** Seconds for which a step is valid. */
const VALID_SECONDS = 60;

/** Builds the creation options of a relying party. */
export const optionsFor = (rpId: string, changed: Partial<CreationOptions> = {}): CreationOptions => ({
  rp: { id: rpId, name: 'A relying party' },
  user: { id: 'YWxpY2U', name: 'alice@example.com', displayName: 'Alice' },
  challenge: Buffer.from('a challenge of thirty-two bytes.').toString('base64url'),
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  attestation: 'direct',
  extensions: { credProps: true },
  ...changed,
});

type Creation = Params<'fido.createCredential'>;

/** Builds the command that orders a passkey. */
export const creation = (
  way: Creation['way'],
  origin: string,
  options: CreationOptions,
): { method: string; params: Creation } => ({
  method: 'fido.createCredential',
  params: { way, origin, options, proof: null, pin: 'separate', mayForget: way === 'host', secrets: { fidoPin: null } },
});

/** Signs a step as the fake portal's CMS does, optionally with deviations. */
export async function signCommands(
  stage: ExtensionStage,
  session: WireSession,
  commands: StepPayload['commands'],
  { signer, ...changed }: Partial<StepPayload> & { readonly signer?: CryptoKey } = {},
): Promise<string> {
  const payload: StepPayload = {
    origin: stage.portal.origin,
    operation: OPERATION,
    number: 1,
    device: DEVICE,
    card: { model: 'yubikey', serial: '12345678', guid: null, certificates: [] },
    session: await session.id(),
    expires: Math.floor(Date.now() / 1000) + VALID_SECONDS,
    commands,
    ...changed,
  };
  return signStep(payload, signer ?? stage.portal.signingKey, 'sig');
}
