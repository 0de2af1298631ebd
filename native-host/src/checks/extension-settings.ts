import { idListsInFiles, idsOf } from '../browsers/obeyed-ids.js';
import { findSettings } from '../policies/settings-in-force.js';
import { defineCheck, failed, passed } from './check.js';

const ID = 'settings';

/** Checks that the extension can read the settings that the administrator's policies have for it, by the extension's own rules. */
export const extensionSettings = defineCheck({
  id: ID,
  title: 'Settings',
  summary:
    "The extension's settings in the policies of browsers, on Linux, and what the extension cannot read of them.",
  audience: 'doctor',
  run({ system, programFolder }) {
    if (system.platform !== 'linux') return [];
    return findSettings(system, idsOf(idListsInFiles(system, programFolder))).flatMap(({ browser, unreadable }) =>
      unreadable.length === 0
        ? [passed(ID, `${browser}: the extension can read all its settings`)]
        : unreadable.map(({ file, name, allowed }) =>
            failed(ID, 'POLICY_UNREADABLE', `${browser}: ${file}: ${name}`, `Allowed is ${allowed}.`),
          ),
    );
  },
});
