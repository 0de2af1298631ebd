import type { PolicyDefinition } from './policy-definitions.js';
import type { Setting } from './settings.js';

/** What an administrator reads of one setting. */
export interface SettingWords {
  readonly title: string;
  readonly description?: string;
}

/** The language of an ADML file. */
export interface Language {
  /** Name of its folder beside the ADMX file. */
  readonly culture: string;
  readonly fileTitle: string;
  readonly fileDescription: string;
  readonly category: string;
  /** What stands before the version from which on a browser has all of this. */
  supportedOn(browser: string): string;
  readonly example: string;
  /** Heads of the two columns of a list with names. */
  readonly namedList: string;
  /** The words of the setting, or of its part, at a path of the schema. */
  setting(path: readonly string[]): SettingWords;
}

/** English, whose words of the settings are those of the schema. */
export const english = (settings: Readonly<Record<string, Setting>>): Language => ({
  culture: 'en-US',
  fileTitle: 'Cardwright',
  fileDescription: 'Settings of the Cardwright browser extension',
  category: 'Cardwright',
  supportedOn: (browser) => `${browser} 121 or later`,
  example: 'Example:',
  namedList: 'The name is the site, the value is JSON as in the example.',
  setting: (path) => {
    const found = at(settings, path);
    if (found?.title === undefined) throw new Error(`${path.join('.')} has no title in the schema.`);
    return { title: found.title, ...(found.description === undefined ? {} : { description: found.description }) };
  },
});

/** All that is told of one policy: its own words, those of the object that it is part of, and examples. */
export function explanation(language: Language, { path, inputs, examples }: PolicyDefinition): string {
  const own = language.setting(path);
  const parent = path.length > 1 ? language.setting(path.slice(0, -1)).description : undefined;
  const named = inputs.some((input) => input.kind === 'list' && input.named) ? language.namedList : undefined;
  const shown = examples.length === 0 ? undefined : [language.example, ...examples].join('\n');
  const paragraphs = [own.description, parent, named, shown].filter((one) => one !== undefined);
  // The editor shows nothing at all for a policy without an explanation.
  return paragraphs.join('\n\n') || own.title;
}

function at(settings: Readonly<Record<string, Setting>>, [name = '', ...rest]: readonly string[]): Setting | undefined {
  const found = settings[name];
  return rest.length === 0 || found === undefined ? found : at(found.properties ?? {}, rest);
}
