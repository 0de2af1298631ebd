import {
  CardwrightError,
  decodeBytes,
  isCardwrightError,
  type CommandOutcome,
  type DeviceInfo,
  type DeviceListing,
  type Request,
  type StepCommand,
  type WireError,
} from '@cardwright/protocol';

type Consent = 'granted' | 'needed' | 'denied' | 'blocked';

/** What the scripted extension and the host behind it do; a test changes it while the page runs. */
export interface Script {
  isInstalled: boolean;
  consent: Consent;
  /** What the user answers in the consent window; null leaves it open. */
  consentAnswer: Consent | null;
  /** Classes of commands that the site is granted so far, and those that it gets at most. */
  granted: string[];
  grantable: string[];
  /** What `access.request` ends with, instead of an answer of the user. */
  accessError: WireError | null;
  /** Whether the user did something in the page in the last seconds; otherwise nobody is asked. */
  isActive: boolean;
  /** What `initialize` ends with once the site is granted. */
  initializeError: WireError | null;
  listError: WireError | null;
  /** Readers without a device in them. */
  emptyReaders: string[];
  devices: DeviceInfo[];
  openError: WireError | null;
  /** Phases whose step waits for `release()`. */
  held: string[];
  /** With what the window for the PIN ends, instead of a new PIN. */
  pinError: WireError | null;
  /** With what the window ends that asks whether a device may be erased, instead of a yes. */
  eraseError: WireError | null;
  /** With what each command for a passkey ends, by its name, instead of a result. */
  fidoErrors: Record<string, WireError>;
  /** The host dies in the step of this phase. */
  crashesAt: string | null;
  /** The card is pulled in the step of this phase. */
  pulledAt: string | null;
  isDeviceBusy: boolean;
  /** Whether the extension lets the page bring its window to the front. */
  letsShowWindow: boolean;
}

const CLASSES = ['read', 'use', 'manage'];
const METHODS: Readonly<Record<string, string>> = {
  pin: 'pin.change',
  reset: 'device.reset',
  confirm: 'device.confirmErasure',
};

/** Plays the extension and the host in a page: what the page would see of them, and nothing more. */
export class ScriptedExtension {
  /** Methods in the order in which they came. */
  readonly calls: string[] = [];
  /** Ids of the devices that were opened. */
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
    pinError: null,
    eraseError: null,
    fidoErrors: {},
    crashesAt: null,
    pulledAt: null,
    isDeviceBusy: false,
    letsShowWindow: true,
  };
  /** Whether a page has said hello and not ended its session. */
  hasSession = false;
  /** Whether something waits for `release()`. */
  isHolding = false;
  #port: MessagePort | undefined;
  #release: () => void = () => undefined;
  /** Says how far the request is that runs. */
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

  /** Devices and readers come and go. */
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

  /** Ends the session, with a reason or, as a browser that stops the extension, without. */
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
        return this.#initialize();
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
        return { display: 'display-1', key: KEY };
      case 'secret.display':
        return {};
      default:
        throw new CardwrightError('METHOD_NOT_FOUND');
    }
  }

  #initialize(): object {
    const { consent, initializeError } = this.script;
    if (consent !== 'granted') throw new CardwrightError('SITE_NOT_GRANTED', { consent });
    if (initializeError) throw CardwrightError.fromWire(initializeError);
    return {
      protocol: { major: 3, minor: 0 },
      versions: { sdk: '0.1.0', extension: '0.1.0', host: '0.1.0' },
      capabilities: ['session', 'device', 'step', 'piv', 'display'],
      session: { key: KEY },
      granted: this.script.granted,
    };
  }

  async #askUser(): Promise<object> {
    const { consentAnswer, accessError, consent: before } = this.script;
    if (accessError) throw CardwrightError.fromWire(accessError);
    // Policy has decided, or the user has: nobody is asked.
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

  /** The scripted CMS writes the phase, and the command that matters, into what stands for the JWS. */
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

  /** Plays the commands for passkeys: whatever the user is asked for can be held, as `fido.reset touch`. */
  async #runCommands(commands: readonly StepCommand[], progress: (more: object) => void): Promise<object> {
    const count = commands.length;
    for (const [index, { method, params }] of commands.entries()) {
      progress({ kind: 'command', method, index, count });
      for (const kind of askedBy(method, params)) {
        progress({ kind, method, index, count });
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

/** What stands for the JWS's payload: that of a step where the wizard reads it, else a word. */
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

/** A public key on P-256: the base point (SEC 2, 2.4.2). */
const KEY = {
  kty: 'EC',
  crv: 'P-256',
  x: 'axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY',
  y: 'T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU',
};

/** As the extension sends it to a granted site. */
function withHelpDesk(error: CardwrightError): WireError {
  const { data, ...wire } = error.toWire();
  return { ...wire, data: { ...data, helpDesk: error.helpDesk } };
}
