export type { AtOnce } from './at-once.js';
export { chooseLanguage, ENGLISH } from './choose-language.js';
export { Counted } from './counted.js';
export type { ErrorText, ErrorWords } from './error-text.js';
export { languageName } from './language-name.js';
export { LANGUAGES } from './languages.js';
export type { OnDemand } from './on-demand.js';
export { complete, type Partly } from './partly.js';
export { plural, type PluralForms } from './plural.js';
