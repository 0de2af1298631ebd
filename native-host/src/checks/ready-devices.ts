import type { DeviceInfo } from '@cardwright/protocol/devices';
import { defineCheck, type Check, type CheckContext, type Finding } from './check.js';

interface DeviceCheck extends Pick<Check, 'id' | 'title' | 'summary'> {
  /** True if the check concerns a device. Default: true for every device. */
  readonly concerns?: (device: DeviceInfo) => boolean;
  readonly find: (device: DeviceInfo, name: string, context: CheckContext) => Finding | Promise<Finding>;
}

/** Defines a check that examines each device that can be opened, one after the other. */
export const ofReadyDevices = ({ concerns = () => true, find, ...facts }: DeviceCheck): Check =>
  defineCheck({
    ...facts,
    audience: 'everyone',
    async run(context) {
      if ('error' in context.look) return [];
      const { devices } = context.look.listing;
      const findings: Finding[] = [];
      for (const device of devices.filter((one) => one.state === 'ready' && concerns(one)))
        findings.push(await find(device, shortNameOf(device), context));
      return findings;
    },
  });

const shortNameOf = ({ modelName, serial, reader }: DeviceInfo): string =>
  serial === null ? `${modelName} in ${reader}` : `${modelName} ${serial}`;

/** Returns the attempts that are left, in words. @param left null if the card does not report them */
export function attemptsInWords(left: number | null): string {
  if (left === null) return 'the attempts left are not reported';
  return `${left} ${left === 1 ? 'attempt' : 'attempts'} left`;
}
