import { validate } from '@cardwright/protocol';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import { publicJwk, type PublicJwkSet } from '@cardwright/protocol/schemas';
import { readStep, signStep, type StepPayload } from '@cardwright/protocol/steps';
import { exportJWK, generateKeyPair, type CryptoKey } from 'jose';

const KID = 'own';

/**
 * Signs the CMS's commands again as steps for an attacker's own host and the card that is really in her reader. Her host trusts her key
 * as one of the CMS's, so the host needs no change.
 */
export class OwnSteps {
  private constructor(
    private readonly cms: PublicJwkSet,
    private readonly key: CryptoKey,
    /** The keys that her host trusts: hers for steps, the CMS's for sealing to it. */
    readonly trusted: PublicJwkSet,
  ) {}

  static async open(cms: PublicJwkSet): Promise<OwnSteps> {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const own = validate(publicJwk, { ...(await exportJWK(publicKey)), kid: KID, use: 'sig', alg: 'ES256' });
    return new OwnSteps(cms, privateKey, { keys: [own, ...cms.keys.filter(({ use }) => use === 'enc')] });
  }

  async signAgain(jws: string, { model, serial, guid, certificates }: DeviceInfo): Promise<string> {
    const step: StepPayload = await readStep(jws, this.cms);
    return signStep({ ...step, card: { model, serial, guid, certificates } }, this.key, KID);
  }
}
