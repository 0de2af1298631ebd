import { validate } from '@cardwright/protocol';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import { publicJwkSet, type PublicJwk, type PublicJwkSet } from '@cardwright/protocol/schemas';
import { seal, type Purpose } from '@cardwright/protocol/sealing';
import { signStep, type StepCommand, type StepPayload } from '@cardwright/protocol/steps';
import { exportJWK, generateKeyPair, type CryptoKey } from 'jose';

export const ORIGIN = 'https://cms.example';
const OPERATION = 'operation-1';
/** Seconds for which a step is valid. */
const STEP_LIFE = 60;

/** A host's session and its open device, as the page reported them to the CMS. */
export interface Bound {
  readonly session: string;
  readonly key: PublicJwk;
  readonly device: DeviceInfo;
}

/** The CMS's side of the protocol. It signs valid and invalid steps, and seals secrets. */
export class SigningCms {
  #number = 0;

  private constructor(
    readonly keys: PublicJwkSet,
    private readonly signing: CryptoKey,
  ) {}

  static async create(): Promise<SigningCms> {
    const signing = await generateKeyPair('ES256');
    const sealing = await generateKeyPair('ECDH-ES', { crv: 'P-256' });
    const keys = [
      { ...(await exportJWK(signing.publicKey)), kid: 'sig', use: 'sig' },
      { ...(await exportJWK(sealing.publicKey)), kid: 'enc', use: 'enc' },
    ];
    return new SigningCms(validate(publicJwkSet, { keys }), signing.privateKey);
  }

  sign({ session, device }: Bound, commands: StepCommand[], change: Partial<StepPayload> = {}): Promise<string> {
    const { model, serial, guid, certificates } = device;
    const payload: StepPayload = {
      origin: ORIGIN,
      operation: OPERATION,
      number: (this.#number += 1),
      device: device.id,
      card: { model, serial, guid, certificates },
      session,
      expires: Math.floor(Date.now() / 1000) + STEP_LIFE,
      commands,
      ...change,
    };
    return signStep(payload, this.signing, 'sig');
  }

  async seal({ session, key, device }: Bound, purpose: Purpose, text: string) {
    const context = { origin: ORIGIN, operation: OPERATION, device: device.id, session, purpose };
    return { source: 'cms', sealed: await seal(Buffer.from(text), key, context) } as const;
  }
}
