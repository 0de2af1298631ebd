import { describe, expect, it } from '@jest/globals';
import { HOST_MANUAL } from '../../../native-host/src/cli/manual.js';
import { PORTAL_MANUAL } from '../../../portal/src/server/command-line/manual.js';
import { manualPage, type Manual } from '../../../installers/src/parts/manual-page.js';

const MADE_UP: Manual = {
  program: 'made-up',
  section: 1,
  source: 'Made Up 1',
  purpose: 'does nothing',
  commands: [{ usage: 'run', sentences: ["'quoted' and \\back", '.dot'], options: [['--file FILE', 'Reads it.']] }],
  general: [],
  files: [],
  examples: [['made-up run --file "a b"', 'Runs it.']],
  exitStatus: ['0'],
};

describe('a manual page', () => {
  it('escapes what roff would read as its own', () => {
    const page = manualPage(MADE_UP);
    expect(page).toContain("\n\\&'quoted' and \\(rsback\n\\&.dot\n");
    expect(page).toContain('\n.B made\\-up run \\-\\-file \\(dqa b\\(dq\n');
    expect(page).not.toContain('.SH FILES');
  });

  it.each<[string, Manual]>([
    ['host', HOST_MANUAL],
    ['portal', PORTAL_MANUAL],
  ])('has every command with its options: %s', (_, manual) => {
    const page = manualPage(manual);
    for (const { usage, options } of manual.commands) {
      expect(page).toContain(`\n.B ${usage.replaceAll('-', '\\-')}\n`);
      for (const [term] of options) expect(page).toContain(`\n.B ${term.replaceAll('-', '\\-')}\n`);
    }
  });
});
