/** A fragment with an origin that is safe as a term of the filter: the origin contains no blank, comma, star or quotation mark. */
const ORIGIN = /^#(https?:\/\/[\w.:[\]-]{1,300})$/;

/**
 * Returns the site in the address of the inspector. The background opens the inspector with such an address when a page asks for the
 * inspector. For a page in a private window, the address names no site.
 *
 * @param hash the fragment of the address
 * @returns the site's origin; null if the address names no site
 */
export const siteOfAddress = (hash: string): string | null => ORIGIN.exec(hash)?.[1] ?? null;
