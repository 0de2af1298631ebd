import { html, nothing, type TemplateResult } from 'lit';
import { modelNameOf } from '../text.js';

type NamedDevice = Parameters<typeof modelNameOf>[0] & { readonly name: string | null };

/** Returns what a device is called for its owner: the name that the owner gave it or, without one, the name of its model. */
export const ownNameOf = (device: NamedDevice): string => device.name ?? modelNameOf(device);

/** Shows the model of a device beside the name that its owner gave it. */
export const modelBeside = (device: NamedDevice): TemplateResult | typeof nothing =>
  device.name === null ? nothing : html`<span class="muted">${modelNameOf(device)}</span>`;
