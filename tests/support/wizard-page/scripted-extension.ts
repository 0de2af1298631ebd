import { CardwrightError, decodeBytes, isCardwrightError } from '@cardwright/protocol';
import type { DeviceInfo, DeviceListing } from '@cardwright/protocol/devices';
import type { Request, WireError } from '@cardwright/protocol/messages';
import type { CommandOutcome, StepCommand } from '@cardwright/protocol/steps';
import { BASE_POINT } from '../public-key.js';

type Consent = 'granted' | 'needed' | 'denied' | 'blocked';

/** The behaviour of the scripted extension and its host, which a test can change while the page runs. */
export interface Script {
  isInstalled: boolean;
  consent: Consent;
  /** The user's answer in the consent window; null leaves it open. */
  consentAnswer: Consent | null;
  /** The classes of commands granted to the site so far. `grantable` are all that it can get. */
  granted: string[];
  grantable: string[];
  /** The error of `access.request`, instead of an answer of the user. */
  accessError: WireError | null;
  /** Set when the page has a recent user gesture; otherwise the user is not asked. */
  isActive: boolean;
  /** The error of `initialize` once the site is granted. */
  initializeError: WireError | null;
  /** Set when the host is still starting; `release()` ends that. */
  startsSlowly: boolean;
  listError: WireError | null;
  /** The readers without a device. */
  emptyReaders: string[];
  devices: DeviceInfo[];
  openError: WireError | null;
  /** The phases whose step waits for `release()`. */
  held: string[];
  /** The error of the PIN window, instead of a new PIN. */
  pinError: WireError | null;
  /** The error of the erasure window, instead of a yes. */
  eraseError: WireError | null;
  /** The errors of passkey commands by name, instead of results. */
  fidoErrors: Record<string, WireError>;
  /** The phase in whose step the host dies. */
  crashesAt: string | null;
  /** The phase in whose step the card is pulled. */
  pulledAt: string | null;
  isDeviceBusy: boolean;
  /** Set when the extension lets the page bring its window to the front. */
  letsShowWindow: boolean;
  /** The error when a support file is asked for, instead of its window. */
  supportFileError: WireError | null;
  /** The capabilities that the extension and its host tell. */
  capabilities: string[];
}

const CLASSES = ['read', 'use', 'manage'];
const METHODS: Readonly<Record<string, string>> = {
  pin: 'pin.change',
  reset: 'device.reset',
  confirm: 'device.confirmErasure',
};

/** Plays extension and host in a page, as far as the page can see them. */
export class ScriptedExtension {
  /** The called methods, in order. */
  readonly calls: string[] = [];
  /** The ids of the opened devices. */
  readonly opened: string[] = [];
  readonly script: Script = {
    isInstalled: true,
    consent: 'granted',
    consentAnswer: 'granted',
    granted: [...CLASSES],
    grantable: [...CLASSES],
    accessError: null,
    isActive: true,
    initializeError: null,
    listError: null,
    emptyReaders: ['Reader'],
    devices: [],
    openError: null,
    held: [],
    startsSlowly: false,
    pinError: null,
    eraseError: null,
    fidoErrors: {},
    crashesAt: null,
    pulledAt: null,
    isDeviceBusy: false,
    letsShowWindow: true,
    supportFileError: null,
    capabilities: ['session', 'device', 'step', 'piv', 'display', 'support', 'inspector'],
  };
  /** Set when a page has said hello and not ended its session. */
  hasSession = false;
  /** Set when a request waits for `release()`. */
  isHolding = false;
  #port: MessagePort | undefined;
  #release: () => void = () => undefined;
  /** Sends progress of the running request. */
  progress: (more: object) => void = () => undefined;

  constructor() {
    addEventListener('message', ({ source, data, ports: [port] }: MessageEvent<unknown>) => {
      if (source !== window || !port || !this.script.isInstalled || !isHello(data)) return;
      this.#port = port;
      port.onmessage = ({ data: said }: MessageEvent<Request | { readonly cardwright: string }>) => {
        if ('cardwright' in said) this.#hear(port, said.cardwright);
        else void this.#serve(port, said);
      };
      this.hasSession = true;
      port.postMessage({ cardwright: 'ready' });
    });
  }

  /** Changes the devices and empty readers. */
  setDevices(devices: DeviceInfo[], emptyReaders = this.script.emptyReaders): void {
    this.script.devices = devices;
    this.script.emptyReaders = emptyReaders;
    this.#port?.postMessage({ jsonrpc: '2.0', method: 'device.changed', params: this.#listing() });
  }

  /** Lets a held step end. */
  release(): void {
    this.script.held = [];
    this.isHolding = false;
    this.#release();
  }

  /** Ends the session with a reason, or without one as when the browser stops the extension. */
  end(reason: CardwrightError | null): void {
    const params = { error: reason?.toWire() };
    if (reason) this.#port?.postMessage({ jsonrpc: '2.0', method: 'session.ended', params });
    this.#port?.postMessage({ cardwright: 'closed' });
    this.hasSession = false;
  }

  #hear(port: MessagePort, word: string): void {
    this.calls.push(word);
    if (word === 'closed' && port === this.#port) this.hasSession = false;
  }

  async #serve(port: MessagePort, { id, method, params = {} }: Request): Promise<void> {
    this.calls.push(method);
    if (method === '$/cancelRequest') {
      this.release();
      return;
    }
    const progress = (more: object): void =>
      port.postMessage({ jsonrpc: '2.0', method: '$/progress', params: { id, ...more } });
    this.progress = progress;
    try {
      const result = await this.#answer(method, params, progress);
      port.postMessage({ jsonrpc: '2.0', id, result });
    } catch (error) {
      if (!isCardwrightError(error)) throw error;
      if (error.code === 'HOST_CRASHED') this.end(error);
      else port.postMessage({ jsonrpc: '2.0', id, error: withHelpDesk(error) });
    }
  }

  #answer(method: string, params: Readonly<Record<string, unknown>>, progress: (more: object) => void): unknown {
    switch (method) {
      case 'initialize':
        return this.#initialize(progress);
      case 'access.request':
        return this.#askUser();
      case 'device.list':
        if (this.script.listError) throw CardwrightError.fromWire(this.script.listError);
        return this.#listing();
      case 'device.open':
        return this.#open(String(params.device), progress);
      case 'step.run':
        return this.#runStep(String(params.jws), progress);
      case 'device.close':
        return {};
      case 'window.show':
        if (!this.script.letsShowWindow) throw new CardwrightError('WINDOW_NOT_ALLOWED');
        return {};
      case 'secret.prepareDisplay':
        return { display: 'display-1', key: BASE_POINT };
      case 'diagnostics.offerBundle':
        if (this.script.supportFileError) throw CardwrightError.fromWire(this.script.supportFileError);
        return {};
      case 'secret.display':
      case 'diagnostics.showTrace':
        return {};
      default:
        throw new CardwrightError('METHOD_NOT_FOUND');
    }
  }

  async #initialize(progress: (more: object) => void): Promise<object> {
    const { consent, initializeError, startsSlowly } = this.script;
    if (consent !== 'granted') throw new CardwrightError('SITE_NOT_GRANTED', { consent });
    if (startsSlowly) {
      progress({ kind: 'waiting' });
      await this.#held();
    }
    if (initializeError) throw CardwrightError.fromWire(initializeError);
    return {
      protocol: { major: 3, minor: 0 },
      versions: { sdk: '0.1.0', extension: '0.1.0', host: '0.1.0' },
      capabilities: this.script.capabilities,
      session: { key: BASE_POINT },
      granted: this.script.granted,
    };
  }

  async #askUser(): Promise<object> {
    const { consentAnswer, accessError, consent: before } = this.script;
    if (accessError) throw CardwrightError.fromWire(accessError);
    // Policy or the user has decided already, so nobody is asked.
    if (before === 'blocked' || before === 'denied') throw new CardwrightError('SITE_NOT_GRANTED', { consent: before });
    if (!this.script.isActive) throw new CardwrightError('SITE_NOT_GRANTED', { consent: 'needed' });
    if (consentAnswer === null) await this.#held();
    const consent = this.script.consentAnswer ?? 'needed';
    this.script.consent = consent;
    if (consent !== 'granted') throw new CardwrightError('SITE_NOT_GRANTED', { consent });
    this.script.granted = this.script.grantable;
    return { granted: this.script.granted };
  }

  async #open(device: string, progress: (more: object) => void): Promise<object> {
    const { openError, devices, isDeviceBusy } = this.script;
    if (openError) throw CardwrightError.fromWire(openError);
    if (isDeviceBusy) {
      progress({ kind: 'waiting', method: 'device.open' });
      await this.#held();
    }
    const found = devices.find(({ id }) => id === device);
    if (!found) throw new CardwrightError('DEVICE_NOT_FOUND');
    this.opened.push(device);
    return { device: found };
  }

  /** Runs a step. In place of a JWS the scripted CMS sends the phase and the relevant command. */
  async #runStep(jws: string, progress: (more: object) => void): Promise<object> {
    const [phase = '', command = ''] = jws.split('.');
    const { script } = this;
    if (phase === script.crashesAt) throw new CardwrightError('HOST_CRASHED');
    const ordered = commandsOf(command);
    if (ordered !== null) return this.#runCommands(ordered, progress);
    if (phase === script.pulledAt) return failed(command, new CardwrightError('CARD_REMOVED').toWire());
    const method = METHODS[command] ?? 'key.generate';
    progress({ kind: 'command', method, index: 1, count: 4 });
    if (command !== 'step') progress({ kind: 'user', method });
    if (script.held.includes(phase)) await this.#held();
    const error = command === 'step' ? null : command === 'pin' ? script.pinError : script.eraseError;
    if (error) return failed(method, error);
    if (command !== 'step') progress({ kind: 'command', method, index: 1, count: 4 });
    if (script.held.includes(`${command} answered`)) await this.#held();
    if (command === 'reset') progress({ kind: 'command', method: 'managementKey.getChallenge', index: 2, count: 4 });
    if (script.held.includes(`${command} done`)) await this.#held();
    return { outcomes: [{ method, result: {} }] satisfies CommandOutcome[] };
  }

  /** Plays the passkey commands. Every request to the user can be held, such as `fido.reset touch`. */
  async #runCommands(commands: readonly StepCommand[], progress: (more: object) => void): Promise<object> {
    const count = commands.length;
    for (const [index, { method, params }] of commands.entries()) {
      progress({ kind: 'command', method, index, count });
      for (const kind of askedBy(method, params)) {
        // A key whose reset takes a long touch; a passkey takes a short one.
        const isLong = kind === 'touch' && method === 'fido.reset';
        progress({ kind, method, index, count, ...(isLong && { isLong }) });
        if (this.script.held.includes(`${method} ${kind}`)) await this.#held();
      }
      progress({ kind: 'command', method, index, count });
      if (this.script.held.includes(`${method} answered`)) await this.#held();
      const error = this.script.fidoErrors[method];
      if (error) return failed(method, error);
    }
    return { outcomes: commands.map(({ method }) => ({ method, result: {} })) };
  }

  #held(): Promise<void> {
    this.isHolding = true;
    return new Promise((resolve) => {
      this.#release = resolve;
    });
  }

  #listing(): DeviceListing {
    const { devices, emptyReaders } = this.script;
    return { readers: [...devices.map(({ reader }) => reader), ...emptyReaders], devices };
  }
}

/** Reads the commands from the payload in place of a JWS: a step's if the wizard reads it, else a word. */
function commandsOf(payload: string): readonly StepCommand[] | null {
  if (!payload.startsWith('ey')) return null;
  const { commands } = JSON.parse(new TextDecoder().decode(decodeBytes(payload))) as { commands: StepCommand[] };
  return commands;
}

function askedBy(method: string, { way }: StepCommand['params']): readonly ('user' | 'touch' | 'reinsert')[] {
  if (method === 'fido.reset') return ['user', 'reinsert', 'touch'];
  if (method === 'fido.createCredential' && way === 'host') return ['user', 'touch'];
  return ['user'];
}

const failed = (method: string, error: WireError): object => ({
  outcomes: [{ method, error }] satisfies CommandOutcome[],
});

const isHello = (data: unknown): boolean =>
  typeof data === 'object' && data !== null && 'cardwright' in data && data.cardwright === 'hello';

/** Adds the help desk to an error, as the extension does for a granted site. */
function withHelpDesk(error: CardwrightError): WireError {
  const { data, ...wire } = error.toWire();
  return { ...wire, data: { ...data, helpDesk: error.helpDesk } };
}
