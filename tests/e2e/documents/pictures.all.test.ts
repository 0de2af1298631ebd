import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inRepository, openStage, type Stage } from '@cardwright/stage';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { demoPortal } from '../../../demo/src/demo-portal.js';
import { PICTURES, SCHEMES, takePictures, WORDS_FILE } from '../../../demo/src/pictures/take-pictures.js';

const COMMITTED = inRepository('docs', 'pictures');
const taken = mkdtempSync(path.join(tmpdir(), 'cardwright-pictures-'));
let stage: Stage;

beforeAll(async () => {
  const { accounts, options } = demoPortal({ device: false, supervised: false, profile: 'yubikey' });
  // The demo's own portal, because the pictures are of it.
  stage = await openStage({ portal: options });
  await takePictures(stage, accounts.user, taken);
});

afterAll(async () => {
  await stage.close();
  rmSync(taken, { recursive: true, force: true });
});

const wordsIn = (folder: string): unknown => JSON.parse(readFileSync(path.join(folder, WORDS_FILE), 'utf8'));

it('the pictures of the documents say what the demo says today', () => {
  expect(wordsIn(taken)).toEqual(wordsIn(COMMITTED));
});

it.each(PICTURES.flatMap((picture) => SCHEMES.map((scheme) => `${picture}-${scheme}.png`)))(
  '%s is committed',
  (file) => {
    expect(existsSync(path.join(COMMITTED, file))).toBe(true);
  },
);
