import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CHROMIUM_EXTENSION_ID, HOST_NAME } from '@cardwright/protocol/identity';
import { PCSC_CODE, PcscError, type PcscBinding } from '@cardwright/native-host/in-process';
import { runChecks, type Audience, type Finding } from '../../../../native-host/src/checks/index.js';
import { Inventory } from '../../../../native-host/src/devices/inventory.js';
import { Readers } from '../../../../native-host/src/pcsc/readers.js';
import type { System } from '../../../../native-host/src/system/system.js';

export const READER = 'Yubico YubiKey OTP+FIDO+CCID 00 00';
export const USER = 'alice';
const EXECUTABLE = 0o755;

/** Answers of a card by instruction byte, in hexadecimal; 6D00 to any other instruction. */
export type Answers = Readonly<Record<number, string | ((apdu: Uint8Array) => string)>>;

const INS = { SELECT: 0xa4, VERIFY: 0x20, GET_DATA: 0xcb, GET_METADATA: 0xf7, GET_SERIAL: 0xf8, GET_VERSION: 0xfd };

/** Answers GET METADATA: whether the value is the factory's, and how many of three tries are left. */
const tries = (isDefault: boolean, left: number): string => `05010${isDefault ? 1 : 0}0602030${left}9000`;
const managementKey = (isDefault: boolean): string => `01010a05010${isDefault ? 1 : 0}9000`;

interface Secrets {
  readonly pin?: string;
  readonly puk?: string;
  readonly managementKey?: string;
}

/** Answers of a YubiKey 5.7.0 without certificates, by default in its factory state. */
export const yubikey = ({
  pin = tries(true, 3),
  puk = tries(true, 3),
  managementKey: key = managementKey(true),
}: Secrets = {}): Answers => ({
  [INS.SELECT]: '9000',
  [INS.GET_VERSION]: '0507009000',
  [INS.GET_SERIAL]: '00bc614e9000',
  [INS.VERIFY]: '63C3',
  [INS.GET_DATA]: '6A82',
  [INS.GET_METADATA]: (apdu) => ({ 0x80: pin, 0x81: puk, 0x9b: key })[apdu[3] ?? 0] ?? '6A88',
});

/** Answers of a card that selects one application alone. */
const onlyWith = (aid: string): Answers => ({
  [INS.SELECT]: (apdu) => (Buffer.from(apdu).includes(Buffer.from(aid, 'hex')) ? '9000' : '6A82'),
});

export const CARDS = {
  good: yubikey(),
  'PIN blocked': yubikey({ pin: tries(false, 0) }),
  'PUK blocked': yubikey({ pin: tries(false, 3), puk: tries(false, 0) }),
  'changed by the minidriver': yubikey({ puk: tries(false, 0), managementKey: managementKey(false) }),
  'without PIV': { [INS.SELECT]: '6A82' },
  GIDS: onlyWith('A000000397425446590201'),
  OpenPGP: onlyWith('D27600012401'),
  'YubiKey without PIV and FIDO2': onlyWith('A000000527471117'),
} satisfies Record<string, Answers>;

export type ServiceState = 'stopped' | 'forbidden' | 'no reader' | 'empty' | 'mute' | 'held' | Answers;

/** Creates a PC/SC service in a given state. */
export function serviceThat(state: ServiceState): PcscBinding {
  return {
    open(listener) {
      if (state === 'stopped') throw new PcscError(PCSC_CODE.NO_SERVICE, 'Service not available.');
      if (state === 'forbidden') throw new PcscError(PCSC_CODE.SECURITY_VIOLATION, 'Access denied.');
      listener.onReaders(state === 'no reader' ? [] : [READER]);
      const present = state !== 'empty';
      const atr = present ? Buffer.from('3BFD1300008131FE158073C021C057597562694B657940', 'hex') : new Uint8Array();
      if (state !== 'no reader') {
        listener.onStatus(READER, { present, mute: state === 'mute', inUse: state === 'held', events: 1, atr });
      }
      return {
        connect: () =>
          state === 'held'
            ? Promise.reject(new PcscError(PCSC_CODE.SHARING_VIOLATION, 'Sharing violation.'))
            : Promise.resolve({
                protocol: 'T=1',
                transmit: (apdu: Uint8Array) => Promise.resolve(answerOf(state, apdu)),
                disconnect: () => Promise.resolve(),
              }),
        close: () => Promise.resolve(),
      };
    },
  };
}

function answerOf(state: ServiceState, apdu: Uint8Array): Uint8Array {
  const answer = typeof state === 'object' ? (state[apdu[1] ?? 0] ?? '6D00') : '6D00';
  return Buffer.from(typeof answer === 'string' ? answer : answer(apdu), 'hex');
}

/** An empty computer in a folder, which a test fills. */
export class Desk {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'cardwright-desk-'));
  readonly root = path.join(this.#folder, 'root');
  readonly home = path.join(this.#folder, 'home', USER);
  readonly programFolder = path.join(this.#folder, 'bundle');
  /** Outputs of the system's programs, by name. */
  readonly programs = new Map<string, (args: readonly string[]) => string | null>();
  platform: NodeJS.Platform = 'linux';
  env: Record<string, string> = { PATH: '/usr/bin:/bin' };

  constructor() {
    for (const folder of [this.root, this.home, this.programFolder]) mkdirSync(folder, { recursive: true });
  }

  get system(): System {
    const { platform, root, home, env, programs } = this;
    return {
      platform,
      root,
      home,
      env,
      pid: 100,
      ppid: 99,
      run: (program, args) => Promise.resolve(programs.get(program)?.(args) ?? null),
      user: () => USER,
    };
  }

  /** Writes a file of the computer. */
  write(file: string, content: string, mode = 0o644): string {
    return this.#write(path.join(this.root, file), content, mode);
  }

  /** Writes a file in the user's home. */
  writeAtHome(file: string, content: string, mode = 0o644): string {
    return this.#write(path.join(this.home, file), content, mode);
  }

  link(target: string, file: string): void {
    const place = path.join(this.root, file);
    mkdirSync(path.dirname(place), { recursive: true });
    symlinkSync(target, place);
  }

  /** Writes a program that could be started as a host. */
  program(content = '#!/bin/sh\n', mode = EXECUTABLE): string {
    return this.writeAtHome('cardwright-host', content, mode);
  }

  /** Writes a build's record and a main file. */
  build(record: object): void {
    this.#write(path.join(this.programFolder, 'main.js'), '// changed', 0o644);
    this.#write(path.join(this.programFolder, 'build.json'), JSON.stringify(record), 0o644);
  }

  async check(state: ServiceState, audience: Audience = 'doctor', now = Date.now()): Promise<Finding[]> {
    const readers = new Readers(
      () => Promise.resolve(serviceThat(state)),
      () => undefined,
    );
    const inventory = new Inventory(readers, () => undefined);
    try {
      const { system, programFolder } = this;
      return await runChecks({ audience, inventory, system, programFolder, now });
    } finally {
      await readers.close();
    }
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }

  #write(file: string, content: string, mode: number): string {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, mode);
    return file;
  }
}

export const CHROME_OF_USER = `.config/google-chrome/NativeMessagingHosts/${HOST_NAME}.json`;
export const CHROME_OF_COMPUTER = `/etc/opt/chrome/native-messaging-hosts/${HOST_NAME}.json`;
export const FIREFOX_OF_USER = `.mozilla/native-messaging-hosts/${HOST_NAME}.json`;

/** Writes a valid manifest with a change. */
export const manifest = (change: object): string =>
  JSON.stringify({
    name: HOST_NAME,
    description: 'Cardwright native host',
    type: 'stdio',
    allowed_origins: [`chrome-extension://${CHROMIUM_EXTENSION_ID}/`],
    ...change,
  });

export const failuresIn = (findings: readonly Finding[]) =>
  findings.filter(({ check }) => check.outcome === 'failed').map(({ check: { id, code } }) => ({ id, code }));

/** Sets up a desk without any fault. */
export function goodDesk(): Desk {
  const desk = new Desk();
  desk.write('/usr/bin/google-chrome', '');
  desk.writeAtHome(CHROME_OF_USER, manifest({ path: desk.program() }));
  return desk;
}
