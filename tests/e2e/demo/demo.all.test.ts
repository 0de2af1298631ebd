import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';
import { inRepository } from '@cardwright/stage';

/** The first command of the README, after its set-up. */
const DEMO = inRepository('demo', 'dist', 'main.js');

it('the demo issues a card and adds a phone without anyone who clicks', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [DEMO, '--headless'], { cwd: inRepository() });
  expect(stdout).toContain('The iPhone made its keys and got 1 certificate: My Devices shows it as Active.');
  expect(stdout).toContain('PIN tries left:\t3');
});

it('the demo signs its people in at an identity provider, and issues a card', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [DEMO, '--headless', '--oidc'], {
    cwd: inRepository(),
  });
  expect(stdout).toContain('Alice has signed in at the identity provider');
  expect(stdout).toContain('PIN tries left:\t3');
});
