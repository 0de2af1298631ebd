import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { FAULT_FORMS, parseFault } from './faults.js';
import type { Touch } from './card/card.js';
import { profileNames } from './card/profile.js';
import type { ApduRecord } from './recorded-card.js';
import { insertCard, type InsertOptions, type VirtualCard } from './virtual-card.js';

const USAGE = `Puts a virtual card into a slot of the vpcd reader, until it gets SIGINT or SIGTERM.

  node virtual-card/dist/main.js --port 35963 --profile PROFILE --state FILE
      [--host ADDRESS] [--serial NUMBER] [--hidden-serial] [--locked] [--contactless] [--pin-complexity] [--trace]
      [--touch at-once|never|denied|MILLISECONDS]
      [--fault ${FAULT_FORMS.join(' | ')}]...

The card's memory is in FILE, which is made with a blank card if it does not exist.

  --profile         which card:
      yubikey               a YubiKey, firmware 5.7.2; also yubikey-5.7.2
      yubikey-4.3.7         3DES management key, no serial number by the PIV application or in attestations, no metadata
      yubikey-5.4           firmware 5.4.3: 3DES management key from the factory
      yubikey-5.8           firmware 5.8.0: two published certificates between F9 and the root
      yubikey-6             a YubiKey as 5.8.0 that reports version 6.0.0, which none has yet
      yubikey-no-extended   an applet that tells version 5.4.3, and takes short APDUs only
      yubikey-no-f9         a YubiKey whose attestation key was deleted
      yubikey-no-attest     an applet that tells version 5.7.2, and does not attest
      applet-attests        an applet of another vendor: version 5.4.0, AES management keys alone, attestations in other words
      piv                   a plain PIV card
      piv-strict            a plain PIV card that forgives nothing, and takes short APDUs only
      piv-history           a plain PIV card that refuses its three latest PINs (6984)
      piv-fixed-objects     a plain PIV card whose objects cannot grow
      piv-15-tries          a plain PIV card with 15 tries of PIN and PUK
      piv-aes-128           a plain PIV card with an AES-128 management key
      piv-aes-256           a plain PIV card with an AES-256 management key
      openfips201           OpenFIPS201 with an AES-256 management key and a PIN history
      nitrokey-3            a Nitrokey 3
      solo-2                a Solo 2
      pivapplet             PivApplet with AES and attestation
      piv-8-digits          a plain PIV card that takes only PINs of eight digits; its own from the factory is 11223344
      piv-t0                a plain PIV card as piv-strict that speaks T=0
      no-piv                a card without a PIV application
      odd-select            a card that answers every SELECT with 6999
      gsm-select            a card that answers every SELECT with 9F0C, as cards for mobile networks do
      gids                  a GIDS card, which has neither PIV nor FIDO2
      piv-fido              a plain PIV card with FIDO2
      shared-pin            PIV and FIDO2 with one PIN
      fido-key              a security key: FIDO2, no PIV; fido-key-serial is one of Yubico, which tells a serial number
      fido-key-odd          a security key that forgets with a reset that it was selected, and refuses bound tokens
      fido-key-touch        a security key that signs nothing without a touch
      fido-soft             a program that plays a security key: it attests itself; fido-soft-none: it does not attest
  --hidden-serial   attestations of a new card do not name its serial number
  --locked          PIN and PUK of a new card are blocked
  --contactless     it lies on a contactless reader: a plain PIV card refuses what it does over contacts only, a YubiKey 5
                    shows its FIDO2 application, and being brought to the reader is the first touch
  --touch           what its user does when FIDO2 waits for a touch: at-once (default), never, denied, or so much later
  --pin-complexity  the YubiKey (5.7 or later) refuses trivial PINs and PUKs
  --trace           prints the header and status word of each APDU
  --fault           N counts APDUs from 1 at insertion, or names a command: pull@CTAP-SET-PIN, status@VERIFY#2=6F00;
                    mute@0 is a card that does not even answer its reset; garble@N spoils the answer, not the deed;
                    stale@N answers as the APDU before, and does nothing; ctap@N=33 answers with an error of CTAP;
                    keep-puk@N lies from then on about each change of the PUK;
                    hold@N prints "held", and keeps the APDU under way until this process gets SIGUSR2`;

/** Exit code: 0 if a signal or a fault pulled the card, 1 if the card could not be inserted or the reader went away, 2 for wrong usage. */
const exitCode = await main();
process.exit(exitCode);

async function main(): Promise<number> {
  const options = readOptions();
  if (!options) {
    console.error(USAGE);
    return 2;
  }
  try {
    return await stayInserted(options);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }
}

async function stayInserted(options: InsertOptions & { trace: boolean }): Promise<number> {
  const card = await insertCard(options);
  if (options.trace) card.on('transmit', (record) => console.log(describe(record)));
  card.on('held', () => console.log('held'));
  process.on('SIGUSR2', () => card.release());
  card.on('defect', (error) => console.error('defect of the virtual card:', error));
  const name = card.serial === undefined ? card.profile : `${card.profile} ${card.serial}`;
  console.log(`inserted: ${name} on port ${options.port}`);
  const ended = await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM'), removal(card)]);
  await card.pull();
  if (ended !== 'removed') return 0;
  console.log(card.wasPulledByFault ? 'pulled' : 'the reader is gone');
  return card.wasPulledByFault ? 0 : 1;
}

async function removal(card: VirtualCard): Promise<'removed'> {
  if (card.isInserted) await once(card, 'removed');
  return 'removed';
}

function readOptions(): (InsertOptions & { trace: boolean }) | undefined {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string' },
        host: { type: 'string' },
        profile: { type: 'string' },
        state: { type: 'string' },
        serial: { type: 'string' },
        'hidden-serial': { type: 'boolean', default: false },
        locked: { type: 'boolean', default: false },
        contactless: { type: 'boolean', default: false },
        'pin-complexity': { type: 'boolean', default: false },
        touch: { type: 'string', default: 'at-once' },
        fault: { type: 'string', multiple: true },
        trace: { type: 'boolean', default: false },
      },
    });
    const profile = profileNames.find((name) => name === values.profile);
    const touch = touchOf(values.touch);
    const [port, serial] = [Number(values.port), Number(values.serial ?? 0)];
    if (!profile || values.state === undefined || !touch || !isPort(port) || !isSerial(serial)) return undefined;
    return {
      port,
      profile,
      stateFile: values.state,
      faults: (values.fault ?? []).map(parseFault),
      hidesSerial: values['hidden-serial'],
      locked: values.locked,
      contactless: values.contactless,
      pinComplexity: values['pin-complexity'],
      touch,
      trace: values.trace,
      ...(values.host === undefined ? {} : { host: values.host }),
      ...(values.serial === undefined ? {} : { serial }),
    };
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return undefined;
  }
}

function touchOf(written: string): Touch | undefined {
  if (written === 'at-once' || written === 'never' || written === 'denied') return written;
  return /^\d{1,6}$/.test(written) ? { after: Number(written) } : undefined;
}

function isPort(value: number): boolean {
  return Number.isInteger(value) && value > 0 && value < 0x1_0000;
}

function isSerial(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < 0x1_0000_0000;
}

function describe({ number, ins, p1, p2, statusWord }: ApduRecord): string {
  const header = Buffer.of(ins, p1, p2).toString('hex').toUpperCase();
  return `${number} ${header} ${statusWord?.toString(16).toUpperCase().padStart(4, '0') ?? 'no answer'}`;
}
