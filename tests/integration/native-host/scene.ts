import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startPrivatePcscd, type PrivatePcscd } from '@cardwright/stage';
import { commands, decodeBytes, encodeBytes, validate } from '@cardwright/protocol';
import type { CardFacts, ManagementKeyAlgorithm } from '@cardwright/protocol/devices';
import { publicJwkSet, type PublicJwkSet } from '@cardwright/protocol/schemas';
import { escrowContent, seal, unseal, type EscrowContent, type Purpose } from '@cardwright/protocol/sealing';
import { signStep, type CommandOutcome, type StepCommand, type StepPayload } from '@cardwright/protocol/steps';
import { insertCard, type InsertOptions, type ProfileName, type VirtualCard } from '@cardwright/virtual-card';
import { exportJWK, generateKeyPair, type CryptoKey } from 'jose';
import { HostProcess, type Extension } from '../../support/host-process.js';

export const ORIGIN = 'https://cms.example';
export const OPERATION = 'operation-1';
export const FACTORY_KEY = Buffer.from('0102030405060708'.repeat(3), 'hex');
const CIPHERS = {
  '3DES': 'des-ede3-ecb',
  'AES-128': 'aes-128-ecb',
  'AES-192': 'aes-192-ecb',
  'AES-256': 'aes-256-ecb',
};

type Insertion = Partial<Omit<InsertOptions, 'port' | 'profile' | 'stateFile'>> & {
  /** The index of the reader, from 0. */
  readonly reader?: number;
  /** A name for the card's memory, under which the same card can be inserted again. */
  readonly file?: string;
};

/** Deviations of the extension, or of the started host. */
type HostWish = Partial<Pick<Extension, 'choosePin' | 'confirms' | 'command' | 'env'>>;

/** Private readers, virtual cards, hosts as browsers start them, and a CMS that signs their steps. */
export class Scene {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'cardwright-host-'));
  readonly #hosts: HostProcess[] = [];
  readonly #cards: VirtualCard[] = [];
  #cardsMade = 0;

  private constructor(
    readonly pcscd: PrivatePcscd,
    readonly cms: Cms,
    private readonly readers: number,
  ) {}

  static async open(readers = 2): Promise<Scene> {
    return new Scene(await startPrivatePcscd({ readers }), await Cms.create(), readers);
  }

  async insert(profile: ProfileName, { reader: index = 0, file, ...options }: Insertion = {}) {
    const reader = this.pcscd.readers[index];
    if (!reader) throw new Error('there is no such reader');
    const stateFile = this.stateFile(file ?? `card-${++this.#cardsMade}`);
    const insert = () => insertCard({ port: reader.port, profile, stateFile, ...options });
    // A vpcd reader that is still resetting the previous card can miss the next one.
    const card = await insert().catch(insert);
    this.#cards.push(card);
    return card;
  }

  /** Returns the path of the memory of a card that was inserted with this file name. */
  stateFile(file: string): string {
    return path.join(this.#folder, file);
  }

  async host(wish: HostWish = {}): Promise<HostProcess> {
    const host = await HostProcess.start({ env: this.pcscd.env, origin: ORIGIN, cms: this.cms.keys, ...wish });
    this.#hosts.push(host);
    return host;
  }

  /** Starts a host and opens the card in the first reader. */
  async hostWithDevice(wish: HostWish = {}) {
    const host = await this.host(wish);
    const { devices } = await host.call('device.list', {});
    const [listed] = devices;
    if (!listed) throw new Error('no device is listed');
    const { device } = await host.call('device.open', { device: listed.id });
    return { host, device };
  }

  /**
   * Ends hosts and takes out cards for the next test. Restarts pcscd, because it notices a removal only after a while, and
   * never notices a card that is inserted before then.
   */
  async clear(): Promise<void> {
    await this.#empty();
    await this.pcscd.restart({ readers: this.readers });
  }

  async close(): Promise<void> {
    await this.#empty();
    await this.pcscd.stop();
    rmSync(this.#folder, { recursive: true });
  }

  async #empty(): Promise<void> {
    for (const host of this.#hosts.splice(0)) await host.close();
    for (const card of this.#cards.splice(0)) await card.pull();
  }
}

/** The CMS's side of the protocol: it signs steps, seals and opens secrets, and proves management keys. */
export class Cms {
  #number = 0;

  private constructor(
    readonly keys: PublicJwkSet,
    private readonly signing: CryptoKey,
    private readonly sealing: CryptoKey,
  ) {}

  static async create(): Promise<Cms> {
    const signing = await generateKeyPair('ES256');
    const sealing = await generateKeyPair('ECDH-ES', { crv: 'P-256' });
    const keys = [
      { ...(await exportJWK(signing.publicKey)), kid: 'sig', use: 'sig' },
      { ...(await exportJWK(sealing.publicKey)), kid: 'enc', use: 'enc' },
    ];
    return new Cms(validate(publicJwkSet, { keys }), signing.privateKey, sealing.privateKey);
  }

  sign(host: HostProcess, device: string, commands: StepCommand[], change: Partial<StepPayload> = {}): Promise<string> {
    this.#number += 1;
    const payload: StepPayload = {
      origin: ORIGIN,
      operation: OPERATION,
      number: this.#number,
      device,
      card: cardOf(host),
      session: host.session,
      expires: Math.floor(Date.now() / 1000) + 60,
      commands,
      ...change,
    };
    return signStep(payload, this.signing, 'sig');
  }

  /** Runs a step in the host and returns the outcomes of its commands. */
  async run(host: HostProcess, device: string, ...wanted: [method: string, params?: object][]) {
    const step = wanted.map(([method, params = {}]) => ({ method, params: { ...params } }));
    const { outcomes } = await host.call('step.run', { jws: await this.sign(host, device, step) });
    for (const outcome of outcomes)
      if (outcome.method === 'device.reset' && 'result' in outcome)
        host.opened = validate(commands['device.reset'].result, outcome.result).device;
    return outcomes;
  }

  /** Seals a secret that only this host can open, for one purpose. */
  async seal(host: HostProcess, device: string, purpose: Purpose, text: string) {
    const context = { origin: ORIGIN, operation: OPERATION, device, session: host.session, purpose };
    return { source: 'cms' as const, sealed: await seal(Buffer.from(text), host.identity.key, context) };
  }

  /** Opens an escrow for which an initial PIN was ordered. */
  async openEscrow(
    host: HostProcess,
    device: string,
    escrow: string,
  ): Promise<EscrowContent & { readonly pin: string }> {
    const context = { origin: ORIGIN, operation: OPERATION, device, session: host.session, purpose: 'escrow' as const };
    const plaintext = await unseal(escrow, this.sealing, context);
    const { pin, ...content } = validate(escrowContent, JSON.parse(Buffer.from(plaintext).toString()));
    if (pin === null) throw new Error('the escrow has no initial PIN');
    return { ...content, pin };
  }

  /** Returns whether the card proves this key in mutual authentication. */
  async prove(host: HostProcess, device: string, key: Uint8Array, algorithm: ManagementKeyAlgorithm) {
    const [witnessed] = await this.run(host, device, ['managementKey.getChallenge', { algorithm }]);
    const { witness } = resultOf(witnessed);
    const challenge = randomBytes(algorithm === '3DES' ? 8 : 16);
    const response = single(createDecipheriv(CIPHERS[algorithm], key, null), decodeBytes(String(witness)));
    const params = {
      algorithm,
      response: encodeBytes(response),
      challenge: encodeBytes(challenge),
      nextAlgorithm: null,
    };
    const [answered] = await this.run(host, device, ['managementKey.authenticate', params]);
    const expected = single(createCipheriv(CIPHERS[algorithm], key, null), challenge);
    return resultOf(answered).cardResponse === encodeBytes(expected);
  }
}

/** @throws Error with the code if the command failed */
export function resultOf(outcome: CommandOutcome | undefined): Record<string, unknown> {
  if (outcome && 'result' in outcome) return outcome.result;
  throw new Error(`the command failed: ${outcome ? outcome.error.data.name : 'it was not run'}`);
}

export const codeOf = (outcome: CommandOutcome | undefined): string | undefined =>
  outcome && 'error' in outcome ? outcome.error.data.name : undefined;

/** Returns the facts that a CMS gets about a host's open card. */
function cardOf({ opened }: HostProcess): CardFacts {
  if (!opened) return { model: 'unknown', serial: null, guid: null, certificates: [] };
  const { model, serial, guid, certificates } = opened;
  return { model, serial, guid, certificates };
}

function single(
  cipher: ReturnType<typeof createCipheriv> | ReturnType<typeof createDecipheriv>,
  block: Uint8Array,
): Uint8Array {
  cipher.setAutoPadding(false);
  return Buffer.concat([cipher.update(block), cipher.final()]);
}

/** Waits until a card holds back its answer in a step. Fails with the step's outcome if that ends before. */
export async function heldDuring(step: Promise<unknown>, held: Promise<unknown>): Promise<void> {
  const ended = step.then((outcome) => {
    throw new Error(`the step ended before the card held an answer back: ${JSON.stringify(outcome)}`);
  });
  await Promise.race([held, ended]);
}
