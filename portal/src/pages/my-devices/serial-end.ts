import { html, nothing, type TemplateResult } from 'lit';

/** Shows the end of a device's serial number, which distinguishes it from others of its model at a glance. */
export const serialEnd = (serial: string | null): TemplateResult | typeof nothing =>
  serial === null ? nothing : html`<span class="muted">…${serial.slice(-4)}</span>`;
