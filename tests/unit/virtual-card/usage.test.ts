// Needs the build.
import { spawnSync } from 'node:child_process';
import { expect, it } from '@jest/globals';
import { inRepository } from '@cardwright/stage';
import { profileNames, type Fault } from '@cardwright/virtual-card';

const KINDS = Object.keys({
  pull: true,
  'pull-after': true,
  garble: true,
  stale: true,
  hold: true,
  mute: true,
  'keep-puk': true,
  status: true,
  ctap: true,
  delay: true,
} satisfies Record<Fault['kind'], true>);

it('tells who starts a virtual card without arguments every profile and every fault', () => {
  const main = inRepository('virtual-card', 'dist', 'main.js');
  const { status, stderr } = spawnSync(process.execPath, [main], { encoding: 'utf8' });
  expect(status).toBe(2);
  expect(KINDS.filter((kind) => !new RegExp(`[[ ]${kind}@N[= \\]]`).test(stderr))).toEqual([]);
  expect(profileNames.filter((name) => !new RegExp(`[ ;]${name}[ :;\n]`).test(stderr))).toEqual([]);
});
