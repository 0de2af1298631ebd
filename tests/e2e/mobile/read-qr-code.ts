import jsqr from 'jsqr';
import { PNG } from 'pngjs';
import type { Page } from 'puppeteer-core';

/** Reads the QR code in the visible part of a page, as a camera does. @throws if there is none */
export async function readQrCode(page: Page): Promise<string> {
  const { data, width, height } = PNG.sync.read(Buffer.from(await page.screenshot()));
  const code = jsqr.default(new Uint8ClampedArray(data), width, height);
  if (code === null) throw new Error('There is no QR code.');
  return code.data;
}
