import {
  authenticateCard,
  authentication,
  call,
  chooseCandidate,
  defineOperation,
  defineSlice,
  findCandidates,
  inState,
  keepState,
  OperationFailure,
  owned,
  takeWitness,
  type OperationContext,
  type Phase,
  type Step,
} from '@cardwright/cms/operations';
import { encodeBytes } from '@cardwright/protocol';
import * as v from 'valibot';

/*
 * An operation for tests that uses every feature of a definition: it stamps a device whose user proves their presence by the
 * PIN. It is one file, and only the list of a CMS's operations refers to it.
 */

/** Records that the user was present, across sessions. */
const presence = defineSlice({
  name: 'presence',
  schema: v.strictObject({ isShown: v.boolean() }),
  initial: { isShown: false },
  lasts: 'operation',
});

/** Records facts of the card, which another session asks for again. */
const stamping = defineSlice({
  name: 'stamping',
  schema: v.strictObject({ isReadBack: v.boolean() }),
  initial: { isReadBack: false },
  lasts: 'session',
});

const ownerStep: Step = {
  name: 'owner',
  phase: { name: 'stamp-owner', words: { en: 'Waiting for your PIN', de: 'Wartet auf Ihre PIN' } },
  progress: 10,
  slices: [presence],
  needed: (context) => !context.of(presence).isShown,
  calls: (context) => [
    call(
      'pin.verify',
      { secrets: { pin: { source: 'user' } } },
      { read: () => context.keep(presence, { isShown: true }) },
    ),
  ],
  errors: { USER_CANCELLED: 'cancel' },
};

const stampPhase: Phase = {
  name: 'stamp',
  words: { en: 'Stamping your device', de: 'Ihr Gerät wird gestempelt' },
};

const witnessStep: Step = {
  name: 'witness',
  phase: stampPhase,
  progress: 40,
  slices: [authentication],
  needed: (context) => {
    const { witness, proved } = context.of(authentication);
    return witness === null && proved === null;
  },
  calls: (context) => [takeWitness(context)],
};

const stampStep: Step = {
  name: 'stamp',
  phase: stampPhase,
  progress: 60,
  slices: [authentication, stamping],
  needed: (context) => !context.of(stamping).isReadBack,
  prepare: chooseCandidate,
  calls: (context) => [
    authenticateCard(context, () => undefined),
    call('object.write', { object: 'securityObject', content: stampOf(context) }),
    call('object.read', { object: 'securityObject' }, { read: ({ content }) => readBack(context, content) }),
  ],
};

const stampOf = ({ operation }: OperationContext): string => encodeBytes(new TextEncoder().encode(operation.id));

function readBack(context: OperationContext, content: string | null): void {
  if (content !== stampOf(context))
    throw new OperationFailure({
      en: 'The device did not keep its stamp.',
      de: 'Das Gerät hat seinen Stempel nicht behalten.',
    });
  context.keep(stamping, { isReadBack: true });
}

export const stamp = defineOperation({
  kind: 'stamp',
  title: { en: 'Stamp', de: 'Stempel' },
  label: { en: 'Stamp it', de: 'Stempeln' },
  eligibility: owned('active').and(({ info }) =>
    info.certificates.length > 0
      ? null
      : { words: { en: 'An empty device gets no stamp.', de: 'Ein leeres Gerät bekommt keinen Stempel.' } },
  ),
  isOffered: ({ state }) => state === 'active',
  async begin(context, { policy }) {
    context.keep(authentication, { candidates: await findCandidates(context, policy, context.info) });
  },
  requireUnderWay: inState('active'),
  steps: [ownerStep, witnessStep, stampStep],
  settle: { done: keepState, failed: keepState },
});
