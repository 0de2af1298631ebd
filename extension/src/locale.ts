/** Languages that the extension speaks: the folders of `_locales`. */
export const LOCALES = ['en', 'de'] as const;
export type Locale = (typeof LOCALES)[number];
