import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { ProfileName } from '@cardwright/virtual-card';
import { Card, type Circumstances } from '../../../virtual-card/src/card/card.js';
import { Chip } from '../../../virtual-card/src/chip.js';
import { makeCard, type CardToMake } from '../../../virtual-card/src/factory.js';

export const SELECT_PIV = '00A4040005A000000308';
export const VERIFY_FACTORY_PIN = '0020008008313233343536FFFF';
export const FACTORY_KEY = Buffer.from('0102030405060708'.repeat(3), 'hex');

/** A blank card without a reader: APDUs in hexadecimal go in, data and status word in hexadecimal come out. */
export async function blankChip(profile: ProfileName, circumstances: Circumstances = {}): Promise<TestChip> {
  const chip = await TestChip.make(profile, circumstances);
  await chip.expectOk(SELECT_PIV);
  return chip;
}

export class TestChip {
  /** No application is selected on it. */
  static async make(
    profile: ProfileName,
    options: Circumstances & Pick<CardToMake, 'locked' | 'hidesSerial'> = {},
  ): Promise<TestChip> {
    const { locked, hidesSerial, ...circumstances } = options;
    const card = new Card(await makeCard({ profile, serial: 12_345_678, locked, hidesSerial }), circumstances);
    const defects: unknown[] = [];
    return new TestChip(new Chip(card, (error) => defects.push(error)), card, defects);
  }

  constructor(
    readonly chip: Chip,
    readonly card: Card,
    /** Exceptions that no card should have. */
    readonly defects: readonly unknown[],
  ) {}

  /** The last two bytes of the answer, as `9000`. */
  async status(apdu: string): Promise<string> {
    return (await this.transmit(apdu)).slice(-4);
  }

  /** The answer's data, joined by GET RESPONSE. */
  async data(apdu: string): Promise<string> {
    let answer = await this.transmit(apdu);
    let data = answer.slice(0, -4);
    while (answer.slice(-4, -2) === '61') {
      answer = await this.transmit(`00C00000${answer.slice(-2)}`);
      data += answer.slice(0, -4);
    }
    if (!answer.endsWith('9000')) throw new Error(`${apdu.slice(0, 8)} was answered ${answer.slice(-4)}`);
    return data;
  }

  async expectOk(apdu: string): Promise<void> {
    await this.data(apdu);
  }

  /** Mutual authentication on 9B, computed here and not by the card's code. */
  async authenticate(algorithm: '03' | '08' | '0A' | '0C', key = FACTORY_KEY): Promise<void> {
    const cipher = { '03': 'des-ede3-ecb', '08': 'aes-128-ecb', '0A': 'aes-192-ecb', '0C': 'aes-256-ecb' }[algorithm];
    const size = algorithm === '03' ? 8 : 16;
    const witness = Buffer.from((await this.data(`0087${algorithm}9B047C028000`)).slice(8), 'hex');
    const decipher = createDecipheriv(cipher, key, null).setAutoPadding(false);
    const challenge = randomBytes(size);
    const fields = tag(
      '7C',
      tag('80', decipher.update(witness).toString('hex')) + tag('81', challenge.toString('hex')),
    );
    const answer = await this.data(withData(`0087${algorithm}9B`, fields));
    const encipher = createCipheriv(cipher, key, null).setAutoPadding(false);
    if (answer.slice(8) !== encipher.update(challenge).toString('hex').toUpperCase()) {
      throw new Error('the card does not know the management key');
    }
  }

  private async transmit(apdu: string): Promise<string> {
    return (await this.chip.transmit(Buffer.from(apdu, 'hex'))).toString('hex').toUpperCase();
  }
}

/** A header with data, in the extended form when it has to be. */
export function withData(header: string, data: string): string {
  const length = data.length / 2;
  const field = length < 256 ? hex(length, 1) : `00${hex(length, 2)}`;
  return header + field + data;
}

/** A BER-TLV data object in hexadecimal. */
export function tag(name: string, value: string): string {
  const length = value.length / 2;
  const field = length < 128 ? hex(length, 1) : length < 256 ? `81${hex(length, 1)}` : `82${hex(length, 2)}`;
  return name + field + value;
}

/** A PIN or PUK padded to eight bytes. */
export function pin(text: string): string {
  return Buffer.from(text, 'ascii').toString('hex').toUpperCase().padEnd(16, 'F');
}

function hex(value: number, bytes: number): string {
  return value
    .toString(16)
    .toUpperCase()
    .padStart(2 * bytes, '0');
}
