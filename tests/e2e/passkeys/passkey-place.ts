import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  AuthenticatorDispenser,
  EXTENSION_DIR,
  inRepository,
  PasskeyWindows,
  PortalUser,
  RelyingPartySite,
  type InsertedCard,
  type Insertion,
  type Stage,
} from '@cardwright/stage';
import { FidoClient } from '../../support/fido-client.js';
import { GraphStandIn, STAND_IN_SECRET } from '../../support/graph/graph-stand-in.js';
import { permitting } from '../../support/permitted-extension.js';
import { openOwnStage } from '../../support/own-stage.js';
import { ALICE, portalOf, type PortalChanges } from '../../support/portal-options.js';
import { photographer } from '../../support/workplace/photographs.js';

export const ENTRA_RP = 'login.microsoft.com';
/** Address at which the window of that relying party opens; its own pages redirect. */
const PAGE_PATH = '/passkey';
const SECRET_VARIABLE = 'GRAPH_STAND_IN_SECRET';
/** FIDO attestation root of the virtual cards' manufacturer. */
const FIDO_ROOT = inRepository('virtual-card', 'attestation-root', 'test-root-fido.pem');

type Way = 'host' | 'page' | 'window';

/** A device policy's passkeys; `entra` is the stand-in for Graph, `portal` the portal's own login. */
interface PolicyPasskeys {
  readonly services?: readonly ('entra' | 'portal')[];
  readonly ways?: readonly Way[];
  readonly pin?: 'separate' | 'shared';
  readonly unproved?: 'accept' | 'refuse';
}

export interface PasskeyPlaceOptions extends Pick<PortalChanges, 'pinRules'> {
  readonly passkeys: PolicyPasskeys;
  /** Those of security keys with only FIDO. Default: those of every device. */
  readonly ofSecurityKeys?: PolicyPasskeys;
  /** Folders that are kept until the test has searched them. */
  readonly dataFolder?: string;
  readonly userDataDir?: string;
  readonly onLine?: (line: string) => void;
}

/** A workplace at which devices get passkeys. Portal, Graph and Entra's site stand in for the real ones; everything else is real. */
export class PasskeyPlace {
  readonly #look = photographer('passkeys');

  private constructor(
    readonly stage: Stage,
    readonly graph: GraphStandIn,
    readonly site: RelyingPartySite,
    private readonly folder: string,
  ) {}

  static async open({ passkeys, ...options }: PasskeyPlaceOptions): Promise<PasskeyPlace> {
    const folder = mkdtempSync(path.join(tmpdir(), 'cardwright-passkeys-'));
    const site = await RelyingPartySite.start(ENTRA_RP);
    const graph = await GraphStandIn.start({ users: [{ upn: ALICE.upn }], roots: [readFileSync(FIDO_ROOT, 'utf8')] });
    const extensionDir = permitting(
      { host_permissions: [`https://${ENTRA_RP}/*`] },
      EXTENSION_DIR,
      path.join(folder, 'extension'),
    );
    const { dataFolder, userDataDir, onLine } = options;
    const stage = await openOwnStage({
      readers: 2,
      portal: {
        ...portalWith(graph, { ...options, passkeys }),
        ...(dataFolder === undefined ? {} : { dataFolder }),
        ...(onLine === undefined ? {} : { onLine }),
      },
      browser: { extensionDir, localHosts: [site], ...(userDataDir === undefined ? {} : { userDataDir }) },
    });
    const { browser, portal } = stage;
    const dispenser = await AuthenticatorDispenser.start(browser.browser);
    site.beforeAnswer = () => dispenser.everyPageHasOne();
    await browser.setPolicy({
      extension: {
        allowedSites: { [portal.url]: ['read', 'use', 'manage'] },
        foreignRelyingParties: { [portal.url]: [{ origin: site.origin, path: PAGE_PATH }] },
      },
    });
    return new PasskeyPlace(stage, graph, site, folder);
  }

  insert(insertion: Insertion): Promise<InsertedCard> {
    return this.stage.insert(insertion);
  }

  /** Logs Alice in at the portal, with her actions in the windows for a passkey. */
  async alice(): Promise<{ readonly alice: PortalUser; readonly windows: PasskeyWindows }> {
    const alice = await PortalUser.login(this.stage, ALICE, this.#look);
    return { alice, windows: new PasskeyWindows(alice) };
  }

  /** Lets Alice add a YubiKey whose passkey the host makes, with a FIDO PIN of its own. */
  async issueByHost(fidoPin: string, pin: string) {
    const card = await this.insert({ profile: 'yubikey-5.8' });
    const { alice, windows } = await this.alice();
    await alice.addDevice();
    await alice.wizard.pane('passkey-choose-fido-pin');
    await windows.choosePin(fidoPin);
    await alice.choosePin(pin);
    await alice.wizard.closes();
    return { card, alice, windows };
  }

  /** Makes an independent FIDO client, at the reader of a card. */
  clientOf(card: InsertedCard): FidoClient {
    return new FidoClient(this.stage.env, card.reader.name);
  }

  /** Lists the passkeys of Alice's devices, as her page receives them. */
  async passkeysOf({ page }: PortalUser): Promise<unknown[]> {
    return page.evaluate(async () => {
      const answer = (await (await fetch('/api/devices')).json()) as { devices: { passkeys: unknown[] }[] };
      return answer.devices.flatMap(({ passkeys }) => passkeys);
    });
  }

  /** Lists Alice's passkeys at Entra ID. */
  registered() {
    return this.graph.tenant.methodsOf(ALICE.upn);
  }

  async close(): Promise<void> {
    await this.stage.close();
    await this.graph.close();
    await this.site.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Makes a portal whose policies give every device passkeys. A security key with only FIDO is one of its models. */
function portalWith(
  graph: GraphStandIn,
  { passkeys, ofSecurityKeys = passkeys, pinRules }: PasskeyPlaceOptions,
): ReturnType<typeof portalOf> {
  const rules = pinRules === undefined ? {} : { pinRules };
  const portal = portalOf({ algorithm: 'P-256', models: ['yubikey'], deviceLimit: 200, ...rules });
  const { yubikey } = portal.policies as { yubikey: { policy: object; factory: object } };
  const atEntra = (given: PolicyPasskeys): PolicyPasskeys => ({ services: ['entra'], ...given });
  const dual = { ...yubikey, policy: { ...yubikey.policy, passkeys: atEntra(passkeys) } };
  const key = {
    ...yubikey,
    policy: {
      ...yubikey.policy,
      modelName: 'Security key',
      slots: {},
      passkeys: atEntra(ofSecurityKeys),
      unprovenKeys: 'allow',
    },
  };
  const services = [graph.settings(SECRET_VARIABLE), { kind: 'webauthn', name: 'portal' }];
  return {
    ...portal,
    policies: { yubikey: dual, fido2: key },
    env: {
      ...portal.env,
      // `leaks` searches what it logs.
      CARDWRIGHT_PORTAL_LOG_LEVEL: 'debug',
      [SECRET_VARIABLE]: STAND_IN_SECRET,
      CARDWRIGHT_PASSKEY_SERVICES: JSON.stringify(services),
    },
  };
}
