import type { NoticeKind } from './device-notices.js';

interface WorkRule {
  /** Notice that tells the owner of the device once that the work waits. */
  readonly notice: Exclude<NoticeKind, 'expires'>;
  /** True if the work comes after all other work on the same device, because it ends the device. */
  readonly isLast: boolean;
}

/**
 * Kinds of operations that an operator can ask the owner of a device for, by the kind of the operation (`OperationDefinition.kind`). The action with
 * which an operator asks is in `OPERATOR_ACTIONS`.
 */
export const WORK_KINDS = {
  renew: { notice: 'renewal-asked', isLast: false },
  update: { notice: 'update-asked', isLast: false },
  'change-pin': { notice: 'pin-change-asked', isLast: false },
  erase: { notice: 'asked-back', isLast: true },
} as const satisfies Readonly<Record<string, WorkRule>>;

export type WorkKind = keyof typeof WORK_KINDS;

export const WORK_KIND_NAMES = Object.keys(WORK_KINDS) as WorkKind[];

/**
 * Sorts the work that waits for one device in the order in which its owner is to do it: the oldest first, and what ends the device last.
 *
 * @example
 * const [first] = inWorkOrder(record.work);
 */
export const inWorkOrder = <Work extends { readonly kind: WorkKind; readonly askedAt: Date }>(
  work: readonly Work[],
): Work[] =>
  [...work].sort(
    (a, b) =>
      Number(WORK_KINDS[a.kind].isLast) - Number(WORK_KINDS[b.kind].isLast) ||
      a.askedAt.getTime() - b.askedAt.getTime(),
  );
