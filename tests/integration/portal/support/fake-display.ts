import { randomUUID } from 'node:crypto';
import type { DisplayWindow } from '@cardwright/cms/devices';
import { validate } from '@cardwright/protocol';
import { publicJwk, type PublicJwk, type PublicJwkSet } from '@cardwright/protocol/schemas';
import { unseal } from '@cardwright/protocol/sealing';
import { readDisplay, type DisplayPayload } from '@cardwright/protocol/steps';
import { exportJWK, generateKeyPair, type CryptoKey } from 'jose';
import * as v from 'valibot';

const answer = v.strictObject({ jws: v.string() });

/** A place with the published keys of a CMS. */
interface Publisher {
  cmsKeys(): PublicJwkSet | Promise<PublicJwkSet>;
}

/** Replaces a window of the extension that shows a secret to a person. */
export class FakeDisplay {
  readonly #id = randomUUID();

  private constructor(
    private readonly key: PublicJwk,
    private readonly privateKey: CryptoKey,
  ) {}

  static async open(): Promise<FakeDisplay> {
    const { publicKey, privateKey } = await generateKeyPair('ECDH-ES', { extractable: true, crv: 'P-256' });
    return new FakeDisplay(validate(publicJwk, await exportJWK(publicKey)), privateKey);
  }

  /** The extension's description of the window for the operator's page. */
  get window(): DisplayWindow {
    return { display: this.#id, key: this.key };
  }

  /** The request of the operator's page to the portal. */
  request = (): object => this.window;

  /** Reads the CMS's answer as the extension does, with the CMS's published keys. */
  async read(
    body: unknown,
    publisher: Publisher,
  ): Promise<Pick<DisplayPayload, 'origin' | 'device' | 'label' | 'owner'> & { readonly secret: string }> {
    const signed = await readDisplay(validate(answer, body).jws, await publisher.cmsKeys());
    const { origin, display, device, label, owner, expires, sealed } = signed;
    if (display !== this.#id || expires * 1000 <= Date.now()) throw new Error('it is for another window or too old');
    const context = { origin, operation: null, device, session: display, purpose: 'display' } as const;
    return {
      origin,
      device,
      label,
      ...(owner === undefined ? {} : { owner }),
      secret: Buffer.from(await unseal(sealed, this.privateKey, context)).toString(),
    };
  }
}
