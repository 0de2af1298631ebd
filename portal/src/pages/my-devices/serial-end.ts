import { html, nothing, type TemplateResult } from 'lit';

/** Shows the last four characters of a device's serial number, by which the owner tells the device from others of the same model. */
export const serialEnd = (serial: string | null): TemplateResult | typeof nothing =>
  serial === null ? nothing : html`<span class="muted">…${serial.slice(-4)}</span>`;
