import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { answerWitness, isProvedBy, managementKeyLength } from '@cardwright/cms/keys';

/** The card's side, written from SP 800-73-4 Part 2, 3.2.4 independently of the portal's code. */
function card(cipher: string, key: Uint8Array, blockLength: number) {
  const witness = randomBytes(blockLength);
  const encipher = (block: Uint8Array) => createCipheriv(cipher, key, null).setAutoPadding(false).update(block);
  return {
    encryptedWitness: encipher(witness).toString('base64url'),
    accepts: (response: string) => Buffer.from(response, 'base64url').equals(witness),
    answer: (challenge: string) => encipher(Buffer.from(challenge, 'base64url')).toString('base64url'),
  };
}

describe.each([
  ['3DES', 'des-ede3-ecb', 24, 8],
  ['AES-128', 'aes-128-ecb', 16, 16],
  ['AES-192', 'aes-192-ecb', 24, 16],
  ['AES-256', 'aes-256-ecb', 32, 16],
] as const)('mutual authentication with %s', (algorithm, cipher, keyLength, blockLength) => {
  const key = { algorithm, key: randomBytes(keyLength) };

  it('succeeds on both sides with the right key', () => {
    const applet = card(cipher, key.key, blockLength);
    const { response, challenge } = answerWitness(key, applet.encryptedWitness);
    expect(applet.accepts(response)).toBe(true);
    expect(isProvedBy(key, challenge, applet.answer(challenge))).toBe(true);
    expect(managementKeyLength(algorithm)).toBe(keyLength);
  });

  it('fails on both sides with another key', () => {
    const applet = card(cipher, randomBytes(keyLength), blockLength);
    const { response, challenge } = answerWitness(key, applet.encryptedWitness);
    expect(applet.accepts(response)).toBe(false);
    expect(isProvedBy(key, challenge, applet.answer(challenge))).toBe(false);
  });

  it('rejects its own values sent back, and answers of another length', () => {
    const { response, challenge } = answerWitness(key, card(cipher, key.key, blockLength).encryptedWitness);
    for (const answer of [response, challenge, '', 'AA']) expect(isProvedBy(key, challenge, answer)).toBe(false);
  });

  it('refuses a witness that is not one block', () => {
    expect(() => answerWitness(key, randomBytes(blockLength + 8).toString('base64url'))).toThrow(
      expect.objectContaining({ code: 'INVALID_PARAMS' }),
    );
  });
});

it('agrees with a published vector: NIST SP 800-38A, F.1.5, ECB with AES-256', () => {
  const key = Buffer.from('603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4', 'hex');
  const plain = Buffer.from('6bc1bee22e409f96e93d7e117393172a', 'hex').toString('base64url');
  const encrypted = Buffer.from('f3eed1bdb5d2a03c064b5a7e3db181f8', 'hex').toString('base64url');
  expect(answerWitness({ algorithm: 'AES-256', key }, encrypted).response).toBe(plain);
  expect(isProvedBy({ algorithm: 'AES-256', key }, plain, encrypted)).toBe(true);
});

it('uses three-key triple DES, not its single-key degeneration', () => {
  const key = randomBytes(24);
  const { response } = answerWitness({ algorithm: '3DES', key }, Buffer.alloc(8).toString('base64url'));
  const single = createDecipheriv(
    'des-ede3-ecb',
    Buffer.concat([key.subarray(0, 8), key.subarray(0, 8), key.subarray(0, 8)]),
    null,
  );
  expect(response).not.toBe(single.setAutoPadding(false).update(Buffer.alloc(8)).toString('base64url'));
});
