import { expect, it } from '@jest/globals';
import { inRepository } from '@cardwright/stage';
import { SETTINGS, type Tree } from '../../../../portal/src/server/settings/table.js';
import { membersRead } from '../../../support/read-members.js';

/** The paths of settings in the configuration, such as `authority.crl.lifetime`. */
const pathsIn = (tree: Tree, above: readonly string[] = []): string[] =>
  Object.entries(tree).flatMap(([member, one]) => {
    const path = [...above, member];
    return typeof one.variable === 'string' ? [path.join('.')] : pathsIn(one as Tree, path);
  });

it('has no setting that the portal never reads', () => {
  const settings = pathsIn(SETTINGS);
  expect(settings).toEqual(expect.arrayContaining(['origin', 'authority.crl.lifetime', 'helpDesk.name']));
  const read = membersRead(settings, {
    project: inRepository('portal', 'tsconfig.json'),
    starts: [inRepository('portal', 'src', 'server', 'main.ts')],
    sources: inRepository('portal', 'src'),
    table: inRepository('portal', 'src', 'server', 'settings', 'table'),
    // It compares settings with each other, which changes nothing that the portal does.
    except: ['server/settings/judge-settings.ts'],
  });
  expect(settings.filter((setting) => !read.has(setting))).toEqual([]);
});
