import type { DeviceId } from '@cardwright/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import './device-picker.js';
import type { JudgedDevice } from './judged-device.js';
import type { Text } from './text.js';

/** What the user selects a device with. */
export interface Selection {
  readonly selected: DeviceId | null;
  readonly select: (id: DeviceId) => void;
}

/** @param label names the list for people who do not see the heading above it */
export const pickerOf = (
  text: Text,
  label: string,
  devices: readonly JudgedDevice[],
  { selected, select }: Selection,
): TemplateResult =>
  html`<cardwright-device-picker
    .text=${text}
    .label=${label}
    .devices=${devices}
    .selected=${selected}
    @device-selected=${({ detail }: CustomEvent<DeviceId>) => select(detail)}
  ></cardwright-device-picker>`;

/** Devices that are connected and cannot be taken, with the reasons. */
export const refusedDevices = (
  text: Text,
  devices: readonly JudgedDevice[],
  selection: Selection,
): TemplateResult | typeof nothing =>
  devices.length === 0
    ? nothing
    : html`<div class="refused">
        <h3>${text.notUsable}</h3>
        ${pickerOf(text, text.notUsable, devices, selection)}
      </div>`;

/** That one of the devices which is selected and can be taken. */
export const selectedAmong = (
  devices: readonly JudgedDevice[],
  selected: Selection['selected'],
): JudgedDevice | undefined => devices.find(({ device, action }) => action !== null && device.id === selected);
