import { svg, html, type TemplateResult } from 'lit';
import qrcode from 'qrcode-generator';

/** Light modules around the code (ISO/IEC 18004, 6.3.8). */
const QUIET_ZONE = 4;
/** CSS pixels. */
const SMALLEST_MODULE = 4;
const WANTED_SIZE = 236;

/**
 * Renders a QR code as an image, dark on white whatever the page's colours. It is made here, so that nobody else learns its content.
 * It is large enough for a camera in front of a screen, and stays readable with 15 % of it lost (error correction M).
 *
 * @param label its accessible name
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
