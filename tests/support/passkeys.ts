import { generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import type { Page } from 'puppeteer-core';

/** A passkey in Chromium's virtual authenticator. */
export interface HeldPasskey {
  /** The credential id, base64url like the user handle. */
  readonly id: string;
  readonly userHandle: string;
  readonly publicKey: KeyObject;
}

/** Adds a virtual authenticator with a passkey for localhost to a page. It is touched and unlocked automatically. */
export async function addPasskey(page: Page): Promise<HeldPasskey> {
  const authenticatorId = await addAuthenticator(page);
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const [id, userHandle] = [randomBytes(32), randomBytes(16)];
  const session = await page.createCDPSession();
  await session.send('WebAuthn.addCredential', {
    authenticatorId,
    credential: {
      credentialId: id.toString('base64'),
      isResidentCredential: true,
      rpId: 'localhost',
      privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
      userHandle: userHandle.toString('base64'),
      signCount: 1,
    },
  });
  return { id: id.toString('base64url'), userHandle: userHandle.toString('base64url'), publicKey };
}

/** Adds a virtual authenticator without any passkey to a page. It is touched and unlocked automatically. */
export async function addAuthenticator(page: Page): Promise<string> {
  const session = await page.createCDPSession();
  await session.send('WebAuthn.enable');
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'usb',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return authenticatorId;
}
