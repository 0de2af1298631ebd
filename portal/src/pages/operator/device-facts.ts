import { css, html, nothing, type TemplateResult } from 'lit';
import type { OperatorDevice } from '../api.js';
import { formatDate } from '../dates.js';
import { modelNameOf, text } from '../text.js';
import { operatorText } from '../operator-text.js';

/** Returns the name of a device in one line, for a title. */
export const nameOf = (device: OperatorDevice): string =>
  operatorText.nameOf(modelNameOf(device), device.owner.displayName);

/**
 * Shows the name that the owner gave a device, in a frame of its own: whatever the name says, it cannot be taken for words of the portal or of an
 * operator.
 */
export const givenName = ({ name }: OperatorDevice): TemplateResult | typeof nothing =>
  name === null
    ? nothing
    : html`<span class="given" title=${operatorText.namedByOwner}
        ><span class="visually-hidden">${operatorText.namedByOwner}: </span><bdi>${name}</bdi></span
      >`;

export const givenNameStyles = css`
  .given {
    display: inline-block;
    max-width: 100%;
    padding: 0 var(--space-2);
    border: 1px solid var(--line-strong);
    border-radius: var(--radius);
    color: var(--text);
    font-size: 0.9375rem;
    font-style: italic;
    font-weight: 400;
    overflow-wrap: anywhere;
  }
`;

/** Shows since when it is known that the owner of a device may no longer sign in. */
export const leftBadge = ({ owner: { left } }: OperatorDevice): TemplateResult | typeof nothing =>
  left === null ? nothing : html`<span class="badge left">${operatorText.leaving.left(formatDate(left.at))}</span>`;

/** Says since when, and by what, it is known that a person may no longer sign in. */
export const leavingOf = ({ at, because }: NonNullable<OperatorDevice['owner']['left']>): string =>
  operatorText.leaving.person(formatDate(at), operatorText.leaving.reasons[because]);

/** Describes a device by its serial number, with a remark if the number is not proved. Describes a device without a serial number by its GUID. */
export const identityOf = ({ serial, serialProved, guid }: OperatorDevice): string =>
  serial === null ? guid : operatorText.serialNumber(serialProved ? serial : text.notProved(serial));

export const PROOFS: Readonly<Record<OperatorDevice['proof'], string>> = operatorText.proofs;

/** Returns the system of a mobile device, or the version of any other device's firmware. Returns null if it is unknown. */
export function versionOf({ system, firmware }: OperatorDevice): string | null {
  if (system !== null) return text.mobile.systemOf(system);
  return firmware === null ? null : operatorText.firmware(firmware);
}

/**
 * Returns a note on a device that waits for someone, that its owner reported, or whose state an operator has explained, in one line. Returns null if
 * there is nothing to note.
 */
export function noteOn(device: OperatorDevice): string | null {
  const { incident } = device;
  const notes = [
    incident === null ? null : operatorText.notes.reported(text.report.reported[incident]),
    ...device.work.map(({ kind, reason }) => withReason(operatorText.notes.asked[kind], reason)),
    noteOnState(device),
  ];
  return notes.filter((note) => note !== null).join(' ') || null;
}

function noteOnState(device: OperatorDevice): string | null {
  const { notes } = operatorText;
  const can = (wanted: OperatorDevice['actions'][number]['name']): boolean =>
    device.actions.some(({ name }) => name === wanted);
  switch (device.state) {
    case 'awaiting-approval':
      return can('approve') ? notes.noVendor : notes.another;
    case 'producing':
      if (device.stateReason !== 'APPROVAL_NEEDED') return null;
      if (device.isPukApproved) return notes.pukApproved;
      return can('approve-puk') ? notes.pukConfidential : notes.another;
    case 'active':
      if (device.stateReason !== 'APPROVAL_NEEDED') return null;
      if (device.isPukApproved) return notes.pinApproved;
      return can('approve-unlock') ? notes.pinForgotten : notes.another;
    case 'pending':
      if (device.isPhone) return notes.installing;
      return device.hasInitialPin && !can('activate') ? notes.anotherActivates : null;
    case 'failed':
      return device.declined === null ? null : notes.declined(device.declined);
    case 'suspended':
      if (device.isForLeaving) return notes.suspendedForLeaving;
      return device.said === null ? null : notes.suspended(device.said);
    case 'terminated':
      if (device.isForLeaving) return notes.terminatedForLeaving;
      return device.said === null ? null : notes.terminated(device.said);
    case 'available':
      return device.said === null ? null : notes.released(device.said);
    default:
      return null;
  }
}

const withReason = (note: string, reason: string | null): string =>
  reason === null ? note : `${note} ${operatorText.quoted(reason)}`;
