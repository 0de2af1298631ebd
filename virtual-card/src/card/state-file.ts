import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { CardState, ManagementKey, PinHistory, ReferenceData, StoredKey } from './card-state.js';
import { decodeFido, encodeFido } from './fido-state-file.js';
import { decodeBytes, fieldsOf, listIn, numberIn } from './json-fields.js';
import { profileNames } from './profile.js';

/**
 * File mode of the state file. Only the file's owner may read or write it, because PIN, PUK and private keys are in the clear there, as in a card's
 * chip.
 */
const OWNER_ONLY = 0o600;

/** Stores the card's memory in a JSON file. Replaces the file atomically, by a rename, and only when the memory has changed. */
export class StateFile {
  readonly #path: string;
  #written: string | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Loads the card's memory from the file. Returns undefined if the file does not exist.
   *
   * @throws when the file exists but cannot be read, or is not a card's memory
   */
  load(): CardState | undefined {
    if (!existsSync(this.#path)) return undefined;
    const text = readFileSync(this.#path, 'utf8');
    try {
      const state = decode(JSON.parse(text));
      this.#written = text;
      return state;
    } catch (cause) {
      throw new Error(`${this.#path} is not the memory of a virtual card`, { cause });
    }
  }

  save(state: CardState): void {
    const text = encode(state);
    if (text === this.#written) return;
    const next = `${this.#path}.${process.pid}.new`;
    writeFileSync(next, text, { mode: OWNER_ONLY });
    renameSync(next, this.#path);
    this.#written = text;
  }
}

function encode(state: CardState): string {
  const json = {
    profile: state.profile,
    serial: state.serial ?? null,
    // An undefined field is omitted, so that files from before this field existed stay unchanged.
    hidesSerial: state.hidesSerial,
    pin: state.pin,
    puk: state.puk,
    managementKey: state.managementKey,
    keys: byHexTag(state.keys),
    objects: byHexTag(state.objects),
    pinHistory: state.pinHistory,
    objectMemory: state.objectMemory && byHexTag(state.objectMemory),
    // An undefined field is omitted, so that a file from before this field existed stays unchanged until the card's FIDO2 application is used.
    fido: encodeFido(state.fido),
  };
  return `${JSON.stringify(json, hexForBuffers, 2)}\n`;
}

function byHexTag<Value>(map: ReadonlyMap<number, Value>): Record<string, Value> {
  return Object.fromEntries([...map].map(([tag, value]) => [`0x${tag.toString(16).toUpperCase()}`, value]));
}

/** Encodes a Buffer in hexadecimal, and returns any other value unchanged. JSON.stringify has already applied toJSON() to the Buffer. */
function hexForBuffers(_name: string, value: unknown): unknown {
  if (typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer' && 'data' in value) {
    return Array.isArray(value.data) ? Buffer.from(value.data).toString('hex') : value;
  }
  return value;
}

function decode(json: unknown): CardState {
  const fields = fieldsOf(json);
  const profile = profileNames.find((name) => name === fields.profile);
  if (!profile) throw new Error('unknown profile');
  return {
    profile,
    serial: fields.serial === null ? undefined : numberIn(fields, 'serial'),
    hidesSerial: fields.hidesSerial === true ? true : undefined,
    pin: decodeReference(fields.pin),
    puk: decodeReference(fields.puk),
    managementKey: decodeManagementKey(fields.managementKey),
    keys: fromHexTags(fields.keys, decodeKey),
    objects: fromHexTags(fields.objects, decodeBytes),
    pinHistory: fields.pinHistory === undefined ? undefined : decodeHistory(fields.pinHistory),
    objectMemory: fields.objectMemory === undefined ? undefined : fromHexTags(fields.objectMemory, Number),
    fido: decodeFido(fields.fido),
  };
}

function decodeReference(json: unknown): ReferenceData {
  const fields = fieldsOf(json);
  return {
    value: decodeBytes(fields.value),
    triesLeft: numberIn(fields, 'triesLeft'),
    tries: numberIn(fields, 'tries'),
  };
}

function decodeHistory(json: unknown): PinHistory {
  const fields = fieldsOf(json);
  return { pins: listIn(fields, 'pins').map(decodeBytes), next: numberIn(fields, 'next') };
}

function decodeManagementKey(json: unknown): ManagementKey {
  const fields = fieldsOf(json);
  return {
    algorithm: numberIn(fields, 'algorithm'),
    key: decodeBytes(fields.key),
    touch: fields.touch === true,
  };
}

function decodeKey(json: unknown): StoredKey {
  const fields = fieldsOf(json);
  return {
    algorithm: numberIn(fields, 'algorithm'),
    origin: fields.origin === 'imported' ? 'imported' : 'generated',
    pinPolicy: numberIn(fields, 'pinPolicy'),
    touchPolicy: numberIn(fields, 'touchPolicy'),
    privateKey: decodeBytes(fields.privateKey),
    isCleared: fields.isCleared === true ? true : undefined,
  };
}

function fromHexTags<Value>(json: unknown, decodeValue: (value: unknown) => Value): Map<number, Value> {
  return new Map(Object.entries(fieldsOf(json)).map(([tag, value]) => [Number(tag), decodeValue(value)]));
}
