import { filesOf } from './files.js';
import { guidOf, UPGRADE_CODE } from './guid.js';
import { policies, PUBLIC_PROPERTIES, registrations } from './registrations.js';
import { element, textElement } from './xml.js';

const NAME = 'Cardwright';

/** Writes a WiX source for wixl: everything below `folder`, installed for the computer as `version`, such as `0.1.0`. */
export function wixSource(folder: string, version: string): string {
  const files = filesOf(folder);
  const found = registrations();
  const policy = policies();
  const components = [...files.components, ...found.components, ...policy.components];
  const target = element('Directory', { Id: 'INSTALLDIR', Name: NAME }, [
    ...files.elements,
    ...found.elements,
    ...policy.elements,
  ]);
  const product = {
    // The id differs between versions, because Windows recognises an upgrade by a new id. Two builds of one version have the same id.
    Id: guidOf(`product ${version}`),
    UpgradeCode: UPGRADE_CODE,
    Name: NAME,
    Version: version,
    Manufacturer: NAME,
    Language: '1033',
  };
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    element('Wix', { xmlns: 'http://schemas.microsoft.com/wix/2006/wi' }, [
      element('Product', product, [
        element('Package', {
          InstallerVersion: '500',
          Compressed: 'yes',
          InstallScope: 'perMachine',
          Description: `${NAME} native host ${version}`,
          Manufacturer: NAME,
        }),
        element('MajorUpgrade', { DowngradeErrorMessage: 'A newer version of Cardwright is installed.' }),
        element('Media', { Id: '1', Cabinet: 'host.cab', EmbedCab: 'yes' }),
        ...SHOWN_IN_APPS,
        ...Object.entries(PUBLIC_PROPERTIES).flatMap(([name, value]) => publicProperty(name, value)),
        ...[...found.searches, ...policy.searches].map((search) => search.element),
        element('Directory', { Id: 'TARGETDIR', Name: 'SourceDir' }, [
          element('Directory', { Id: 'ProgramFiles64Folder' }, [target]),
        ]),
        element(
          'Feature',
          { Id: 'Host', Level: '1', Title: NAME },
          components.map((Id) => element('ComponentRef', { Id })),
        ),
      ]),
    ]),
    '',
  ].join('\n');
}

/** The entry in "Installed apps". There is nothing to choose, so the entry offers removal and repair only. */
const SHOWN_IN_APPS = [
  element('Property', { Id: 'ARPNOMODIFY', Value: '1' }),
  element('Property', { Id: 'ARPCOMMENTS', Value: 'Lets the Cardwright browser extension reach smart cards' }),
];

/** Declares a property. An installation or upgrade refuses any value other than 0 and 1; a repair or removal does not check the value. */
function publicProperty(name: string, value: string): string[] {
  const condition = `Installed OR ${name}="0" OR ${name}="1"`;
  return [
    element('Property', { Id: name, Value: value }),
    textElement('Condition', { Message: `${name} has to be 0 or 1.` }, condition),
  ];
}

/**
 * Returns the SQL statement that passes properties to the part of the installer that runs as the system, whoever starts the
 * installer. wixl does not support `Secure` on a property, and lists only its own two properties here.
 */
export function securePropertiesStatement(): string {
  const searches = [...registrations().searches, ...policies().searches].map(({ property }) => property);
  const all = ['WIX_DOWNGRADE_DETECTED', 'WIX_UPGRADE_DETECTED', ...Object.keys(PUBLIC_PROPERTIES), ...searches];
  return `UPDATE \`Property\` SET \`Value\`='${all.join(';')}' WHERE \`Property\`='SecureCustomProperties'`;
}
