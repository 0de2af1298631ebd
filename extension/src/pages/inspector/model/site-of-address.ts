/** An origin that means nothing else as a term of the filter: no blank, comma, star or quotation mark. */
const ORIGIN = /^#(https?:\/\/[\w.:[\]-]{1,300})$/;

/**
 * Returns the site that the address of the inspector names. The background opens the inspector so, when a page asks for it.
 *
 * @param hash the fragment of the address
 * @returns null if it names none
 */
export const siteOfAddress = (hash: string): string | null => ORIGIN.exec(hash)?.[1] ?? null;
