import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import { inRepository, WIZARD_PANES } from '@cardwright/stage';
import { SCENES } from '../../e2e/pages/scenes/scenes.js';

const FOLDER = inRepository('sdk', 'src', 'elements');
/** The sources of the wizards, without the panes themselves, and without Add Mobile, which has panes of its own. */
const sources = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.startsWith('panes') && !file.startsWith('add-mobile'))
  .map((file) => readFileSync(path.join(FOLDER, file), 'utf8'));

it.each(Object.keys(SCENES))('a wizard comes to the pane %s', (name) => {
  expect(sources.some((source) => source.includes(`name: '${name}'`))).toBe(true);
});

it('has no pane for which the stage cannot wait', () => {
  expect([...WIZARD_PANES].sort()).toEqual(Object.keys(SCENES).sort());
});
