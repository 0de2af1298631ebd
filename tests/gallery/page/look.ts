/** The chosen look, as text: what stands in the address of the gallery and of each scene. */
export interface Look {
  readonly lang: string;
  readonly scheme: string;
  /** The width of the scene's window in CSS pixels. */
  readonly width: string;
  /** The browser's text size, in percent of the default. */
  readonly text: string;
}

export const SCHEMES: readonly string[] = ['light', 'dark'];
/** The first two are those of the look tests. 320 pixels is the width of WCAG 2.2, 1.4.10. */
export const WIDTHS: readonly string[] = ['1000', '360', '320', '600'];
export const TEXT_SIZES: readonly string[] = ['100', '150', '200'];

/** Windows up to this width are as high as those of phones. */
const PHONE_WIDTH = 400;

/** Returns the height of a scene's window. */
export const heightFor = (width: string): number => (Number(width) <= PHONE_WIDTH ? 720 : 760);

/** Reads the look from the parameters of an address. What is missing or unknown there is the first choice. */
export function lookIn(parameters: URLSearchParams, languages: readonly string[]): Look {
  const chosen = (name: keyof Look, choices: readonly string[]): string => {
    const wanted = parameters.get(name) ?? '';
    return choices.includes(wanted) ? wanted : (choices[0] ?? '');
  };
  return {
    lang: chosen('lang', languages),
    scheme: chosen('scheme', SCHEMES),
    width: chosen('width', WIDTHS),
    text: chosen('text', TEXT_SIZES),
  };
}

/** Writes a scene and its look as the query of an address. */
export const queryOf = (scene: string, look: Look): string => `?${new URLSearchParams({ scene, ...look }).toString()}`;
