import { ADMX_NAMESPACE, editedBrowsers, type EditedBrowser, inputId, REVISION } from './admx.js';
import type { PolicyDefinition, PolicyInput } from './policy-definitions.js';
import type { Setting } from './settings.js';
import { explanation, settingWords, type PolicyWords } from './words.js';
import { type Element, element, xmlDocument } from './xml.js';

/** Writes the texts of Cardwright.admx in one language. */
export function adml(settings: Readonly<Record<string, Setting>>, words: PolicyWords): string {
  const browsers = editedBrowsers(settings);
  const all = browsers.flatMap((browser) => browser.definitions);
  // Browsers share the words of a policy that has the same form in them.
  const definitions = [...new Map(all.map((one) => [one.name, one])).values()];
  const strings = [...commonWords(words, browsers), ...definitions.flatMap((one) => wordsOf(words, one))];
  const root = element(
    'policyDefinitionResources',
    { xmlns: ADMX_NAMESPACE, revision: REVISION, schemaVersion: '1.0' },
    [
      element('displayName', {}, words.fileTitle),
      element('description', {}, words.fileDescription),
      element('resources', {}, [
        element(
          'stringTable',
          {},
          [...new Map(strings)].map(([id, text]) => element('string', { id }, text)),
        ),
        element(
          'presentationTable',
          {},
          definitions.flatMap((one) => presentation(words, one)),
        ),
      ]),
    ],
  );
  return xmlDocument(root);
}

type Word = readonly [id: string, text: string];

const commonWords = (words: PolicyWords, browsers: readonly EditedBrowser[]): Word[] => [
  ['category_cardwright', words.category],
  ...browsers.flatMap(({ id, name, oldest }): Word[] => [
    [`category_${id}`, name],
    [`supported_${id}`, words.supportedOn(name, oldest)],
  ]),
];

const wordsOf = (words: PolicyWords, definition: PolicyDefinition): Word[] => [
  [definition.name, settingWords(words, definition.path).title],
  [`${definition.name}_explain`, explanation(words, definition)],
  // Choices are not translated, because administrators write the same values in the other kinds of templates.
  ...choicesOf(definition).map((value): Word => [`choice_${value}`, value]),
];

const choicesOf = ({ inputs }: PolicyDefinition): readonly string[] =>
  inputs.flatMap((input) => (input.kind === 'enum' ? (input.setting.enum ?? []) : []));

function presentation(words: PolicyWords, definition: PolicyDefinition): Element[] {
  const boxes = definition.inputs.flatMap((input) => box(words, definition, input));
  return boxes.length === 0 ? [] : [element('presentation', { id: definition.name }, boxes)];
}

function box(words: PolicyWords, definition: PolicyDefinition, input: PolicyInput): Element[] {
  const refId = inputId(definition, input);
  const { path, inputs } = definition;
  const label = settingWords(words, inputs.length > 1 ? [...path, refId] : path).title;
  switch (input.kind) {
    case 'switch':
      return [];
    case 'list':
      return [element('listBox', { refId }, label)];
    case 'enum':
      return [element('dropdownList', { refId, noSort: 'true', defaultItem: '0' }, label)];
    case 'decimal':
      return [element('decimalTextBox', { refId, defaultValue: String(input.setting.minimum ?? 0) }, label)];
    case 'json':
      return [element('multiTextBox', { refId })];
    case 'text':
      return [element('textBox', { refId }, [element('label', {}, label)])];
  }
}
