import type { DeviceId } from '@cardwright/protocol/devices';
import { html, nothing, type TemplateResult } from 'lit';
import '../device-picker.js';
import type { JudgedDevice } from '../judged-device.js';
import type { PaneView, SearchView } from '../pane-definition.js';
import { nameOfModel, type Text } from '../text.js';
import type { WantedDevice } from '../wanted-device.js';

/** Renders the list of devices. `label` is its accessible name, for users who do not see the heading above it. */
export const pickerOf = (label: string, devices: readonly JudgedDevice[], view: SearchView): TemplateResult =>
  html`<cardwright-device-picker
    .label=${label}
    .notSupported=${view.search.notSupported}
    .resume=${resumeOf(view)}
    .devices=${devices}
    .selected=${view.selection.selected}
    @device-selected=${({ detail }: CustomEvent<DeviceId>) => view.selection.select(detail)}
  ></cardwright-device-picker>`;

/** Returns the text shown on a device on which an interrupted operation would continue; empty in a dialog that continues no operations. */
export const resumeOf = (view: SearchView | PaneView): string => ('words' in view ? view.words.resume : '');

/** Renders the list of connected devices, none of which can be taken, with the reasons. Renders nothing if no device is connected. */
export const refusedDevices = (devices: readonly JudgedDevice[], view: SearchView): TemplateResult | typeof nothing =>
  devices.length === 0
    ? nothing
    : html`<div class="refused">
        <h3>${view.search.notUsable}</h3>
        ${pickerOf(view.search.notUsable, devices, view)}
      </div>`;

/**
 * Returns the announcement of a changed list of devices, for users who do not see the list: how many devices can be chosen, and why the
 * others cannot.
 */
export function announceDevices(devices: readonly JudgedDevice[], { text, search }: SearchView): string {
  const choices = devices.filter(({ action }) => action !== null).length;
  const refusals = devices
    .filter(({ action }) => action === null)
    .map(({ device, reason }) => `${nameOfModel(text, device)}: ${reason ?? search.notSupported}`);
  return [...(choices === 0 ? [] : [text.choices(choices)]), ...refusals].join(' ');
}

/** Describes a device in one line, by the facts that the wizard knows: model, and serial number or else last reader. */
export function nameWanted(text: Text, { model, modelName, serial, reader }: WantedDevice): string {
  const facts = [
    ...(modelName === null ? [] : [nameOfModel(text, { model, modelName })]),
    ...(serial === null ? [] : [text.serial(serial)]),
    ...(reader === null || serial !== null ? [] : [text.lastReader(reader)]),
  ];
  return facts.length === 0 ? text.wantedUnknown : facts.join(' · ');
}
