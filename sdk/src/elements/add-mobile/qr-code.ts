import { svg, html, type TemplateResult } from 'lit';
import qrcode from 'qrcode-generator';

/** Width of the light border around the code, in modules (ISO/IEC 18004, 6.3.8). */
const QUIET_ZONE = 4;
/** Smallest width of a module, in CSS pixels. */
const SMALLEST_MODULE = 4;
const WANTED_SIZE = 236;

/**
 * Renders a QR code as an image, dark on white in every colour scheme. The page itself renders the code, so that nobody else learns the
 * content. The image is large enough to be scanned from a screen, and stays readable with about 15 % of its codewords damaged (error
 * correction level M).
 *
 * @param label accessible name of the image
 */
export function qrCode(content: string, label: string): TemplateResult {
  const code = qrcode(0, 'M');
  code.addData(content);
  code.make();
  const modules = code.getModuleCount();
  const size = modules + 2 * QUIET_ZONE;
  const pixels = size * Math.max(SMALLEST_MODULE, Math.floor(WANTED_SIZE / size));
  const places = Array.from({ length: modules }, (_, index) => index);
  const dark = places.flatMap((row) =>
    places
      .filter((column) => code.isDark(row, column))
      .map((column) => `M${column + QUIET_ZONE} ${row + QUIET_ZONE}h1v1h-1z`),
  );
  return html`<svg
    class="qr-code"
    role="img"
    aria-label=${label}
    viewBox="0 0 ${size} ${size}"
    width=${pixels}
    height=${pixels}
    shape-rendering="crispEdges"
  >
    ${svg`<rect width=${size} height=${size} fill="#ffffff" /><path d=${dark.join('')} fill="#000000" />`}
  </svg>`;
}
