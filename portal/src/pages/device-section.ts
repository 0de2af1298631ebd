import type { TemplateResult } from 'lit';
import type { OperatorDevice } from './api.js';
import type { Right } from './rights.js';

/** A section at the end of the operator's page of one device. */
export interface DeviceSection {
  /** The right without which the section has nothing to show. */
  readonly right: Right;
  /** Shows the section, with its heading. Its element loads its own content. */
  readonly render: (device: OperatorDevice) => TemplateResult;
}
