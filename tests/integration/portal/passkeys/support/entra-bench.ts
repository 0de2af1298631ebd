import { expect } from '@jest/globals';
import type { Person } from '@cardwright/cms/store';
import * as v from 'valibot';
import { EntraPasskeyService } from '../../../../../portal/src/server/passkeys/entra/entra-passkey-service.js';
import { readServices } from '../../../../../portal/src/server/passkeys/read-services.js';
import { passkeyServiceList } from '../../../../../portal/src/server/passkeys/settings.js';
import { newGroupId } from '../../../../support/graph/entra-tenant.js';
import { GraphStandIn, STAND_IN_SECRET } from '../../../../support/graph/graph-stand-in.js';
import { newFidoManufacturer, type FidoManufacturer } from '../../../../support/passkeys/fido-manufacturer.js';
import { SoftwareAuthenticator, TEST_AAGUID } from '../../../../support/passkeys/software-authenticator.js';

export const SECRET = 'ENTRA_SECRET';
export const ORIGIN = 'https://login.microsoft.com';
/** A name for a passkey at Entra ID. */
export const NAME = 'YubiKey 5 NFC, serial 12345678901';

/** Makes a person with a user principal name, or without one. */
export function personOf(upn: string | null): Person {
  const id = '6f1c0f0e-3d7a-4f55-9a3f-6f6f6f6f6f6f';
  return { id, username: 'alice', displayName: 'Alice Example', email: null, upn, sid: null };
}
export const alice = personOf('alice@example.com');
/** The group of alice. */
export const GROUP = newGroupId();

/** The refusal with which the passkey service passes on a status of Graph. */
export const refusedWith = (status: number | null) => ({
  code: 'PASSKEY_SERVICE_REFUSED',
  data: { service: 'entra', status },
});

/** The portal's passkey service of kind `entra`, with a stand-in for Graph whose tenant has one user, alice, in one group. */
export class EntraBench {
  /** The lines that the service has logged. */
  readonly lines: string[] = [];
  readonly service: EntraPasskeyService;

  #graph: GraphStandIn;

  private constructor(
    graph: GraphStandIn,
    readonly manufacturer: FidoManufacturer,
  ) {
    this.#graph = graph;
    this.service = this.newService();
  }

  static async open(): Promise<EntraBench> {
    const manufacturer = await newFidoManufacturer(TEST_AAGUID);
    const users = [{ upn: 'alice@example.com', groups: [GROUP] }];
    return new EntraBench(await GraphStandIn.start({ users, roots: [manufacturer.root] }), manufacturer);
  }

  get graph(): GraphStandIn {
    return this.#graph;
  }

  /** Starts another stand-in in place of the first, with a tenant that knows the portal by a certificate. */
  async restart(credentials: { readonly certificate: string }): Promise<void> {
    await this.#graph.close();
    this.#graph = await GraphStandIn.start({ users: [{ upn: 'alice@example.com' }], credentials });
  }

  /** Ends the stand-in. The log may contain nothing that could log someone in, nor the person's identity. */
  async close(): Promise<void> {
    await this.graph.close();
    expect(this.lines.join('\n')).not.toMatch(/alice|example\.com|secret|Bearer/i);
  }

  /**
   * Makes a service as a portal does from its settings.
   *
   * @param timeout seconds of a call: by default more than settings allow, so that a busy machine is not a service that does not answer
   */
  newService(
    timeout = 600,
    environment: NodeJS.ProcessEnv = { [SECRET]: STAND_IN_SECRET },
    change = {},
  ): EntraPasskeyService {
    const written = [{ ...this.graph.settings(SECRET), ...change }];
    const [settings] = readServices(v.parse(passkeyServiceList, written), environment);
    if (settings?.kind !== 'entra') throw new Error('these are settings of another kind');
    return new EntraPasskeyService({ ...settings, timeout }, (line) => this.lines.push(line));
  }

  /** Begins a registration and has an authenticator answer it. */
  async register(authenticator = new SoftwareAuthenticator({ attestation: this.manufacturer })) {
    const begun = await this.service.begin(alice);
    return { begun, response: authenticator.register(begun.options, ORIGIN).response };
  }
}
