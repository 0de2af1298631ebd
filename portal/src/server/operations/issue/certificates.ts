import { CardwrightError, encodeBytes, type ManagementKeyAlgorithm, type StepCommand } from '@cardwright/protocol';
import { eq } from 'drizzle-orm';
import { changeState, validCertificates } from '../../devices/devices.js';
import { encodeCcc } from '../../devices/piv-objects.js';
import { devices, type Certificate } from '../../store/schema.js';
import type { Next, NextStep, OperationContext } from '../operation-kind.js';
import type { Outcomes } from '../outcomes.js';
import { step, wantedSlots, type Candidate, type IssueState } from './issue-state.js';
import { answerFor, requireProof } from './management-authentication.js';
import { askForPin } from './pin.js';

/**
 * Writes every certificate and the CCC, and reads them back. Writing again what is there already changes nothing, so a
 * resumed session does the same. Where the card has a new management key it is proved first, with the witness of the step before:
 * the factory key must be gone before the device is anybody's.
 */
export async function writeCertificates(
  context: OperationContext,
  before: IssueState,
  witness: { algorithm: ManagementKeyAlgorithm; witness: string } | null,
): Promise<NextStep> {
  const proof =
    before.isKeyToProve && witness
      ? await answerFor(context, { ...before, candidates: newKey(before), tries: 1 }, witness)
      : null;
  const written = await wantedCertificates(context, before);
  const commands: StepCommand[] = [
    ...(proof ? [proof.command] : []),
    ...written.map(({ slot, der }) => ({ method: 'certificate.write', params: { slot, certificate: der } })),
    { method: 'object.write', params: { object: 'ccc', content: ccc(context) } },
    ...written.map(({ slot }) => ({ method: 'certificate.read', params: { slot } })),
    { method: 'object.read', params: { object: 'ccc' } },
  ];
  return step({ ...(proof?.state ?? before), stage: 'certificates' }, commands);
}

/** The results of `certificates`. Only now that they were read back may the device become pending, and later active. */
export async function readCertificates(
  context: OperationContext,
  state: IssueState,
  outcomes: Outcomes,
): Promise<Next | undefined> {
  if (state.isKeyToProve) {
    const answer = outcomes.take('managementKey.authenticate');
    const [key] = newKey(state);
    if (!answer || !key) return undefined;
    await requireProof(context, state, key, answer.cardResponse);
  }
  const wanted = await wantedCertificates(context, state);
  wanted.forEach(() => outcomes.take('certificate.write'));
  outcomes.take('object.write');
  for (const { slot, der } of wanted) {
    const read = outcomes.take('certificate.read');
    if (!read) return undefined;
    if (read.certificate !== der) throw new CardwrightError('READ_BACK_MISMATCH', { object: slot });
  }
  const object = outcomes.take('object.read');
  if (!object) return undefined;
  if (object.content !== ccc(context)) throw new CardwrightError('READ_BACK_MISMATCH', { object: 'ccc' });
  await becomePending(context, state, wanted);
  return askForPin(context, { ...state, isKeyToProve: false });
}

/** The certificates that the card shall hold, one for each slot of the policy. */
async function wantedCertificates({ db, device }: OperationContext, state: IssueState): Promise<Certificate[]> {
  const slots = wantedSlots(state);
  return device ? (await validCertificates(db, device.id)).filter(({ slot }) => slots.includes(slot)) : [];
}

const newKey = ({ escrow, policy }: IssueState): Candidate[] => [{ escrow, algorithm: policy.managementKeyAlgorithm }];

const ccc = ({ operation }: OperationContext): string => encodeBytes(encodeCcc(operation.guid));

async function becomePending(
  { db, device, user }: OperationContext,
  state: IssueState,
  written: readonly Certificate[],
): Promise<void> {
  if (!device) throw new Error('certificates need a device');
  const isProved = state.liveProof?.identity && written.every((certificate) => certificate.proof === 'attested');
  const proof = isProved ? 'attested' : 'not-proved';
  await db.update(devices).set({ proof }).where(eq(devices.id, device.id));
  // A session that was broken off at the PIN has brought it there already.
  if (device.state === 'producing')
    await changeState(db, device, 'pending', user.username, 'The PIN was not changed yet.');
}
