import { MAX_MANAGEMENT_KEY_REFUSALS } from '../../limits.js';
import { MIN_TRIES } from '../../piv-rules.js';
import { bullets, errorLink, linkTo, numbered, table, type Chapter } from '../markdown.js';
import { consequences } from './consequences.js';

const STATES = [
  '```mermaid',
  'stateDiagram-v2',
  '  state "awaiting-approval" as awaiting',
  '  [*] --> producing: its escrow is stored',
  '  producing --> producing: interrupted, resumed',
  '  producing --> pending: everything was read back',
  '  producing --> failed: failed, or cancelled',
  '  failed --> producing: its owner continues',
  '  pending --> producing: its card was erased meanwhile',
  '  pending --> awaiting: PIN chosen, keys not proved',
  '  pending --> active: PIN chosen',
  '  awaiting --> active: an operator approves',
  '  awaiting --> failed: an operator declines',
  '```',
].join('\n');

/** Examples of the contents of CHUID and CCC in hexadecimal, as `cms/src/devices/piv-objects.ts` encodes them. */
const OBJECTS = [
  '```',
  'chuid  3019D4E739DA739CED39CE739D836858210842108421C84210C3EB',
  '       34106F9B1C3E2A4D4C5B8E7F0A1B2C3D4E5F 35083230333031323331 3E00 FE00',
  'ccc    F015A000000116FF026F9B1C3E2A4D4C5B8E7F0A1B2C3D F10121 F20121',
  '       F300 F40100 F50110 F600 F700 FA00 FB00 FC00 FD00 FE00',
  '```',
].join('\n');

const command = (method: string): string => linkTo(method, `\`${method}\``);

/** Chapter for authors of a CMS, with the rules that belong to no single command. The rules protect cards, and the tries of PINs and PUKs. */
export const cmsDuties: Chapter = {
  title: 'What a CMS must do',
  blocks: [
    'How a CMS issues a card so that an interruption at any moment loses no card, and no try for good: a card that does not tell its PUK may spend one, which comes back with the right PUK. A CMS that leaves out a rule of this chapter works until the first card is pulled at the wrong moment.',
    bullets(
      'The reasons, and how the reference CMS unlocks devices, erases them and registers passkeys, are in [issuance.md](issuance.md).',
      '[sample-cms/cms.py](sample-cms/cms.py) is a CMS in Python that issues and resumes by these rules, in 300 lines. Its first lines list what it leaves out. A test kills it at every request and starts it again; each device is issued all the same.',
    ),
    '### The order of an issuance',
    'Each row is one step. Its results come with the next request, and the CMS does what the last column says before it answers.',
    table(
      ['step', 'commands, in this order', 'what the CMS does with the results'],
      [
        ['1', command('managementKey.getChallenge'), 'It keeps the witness.'],
        [
          '2',
          `${command('managementKey.authenticate')}; ${command('key.prove')} in 9E, where \`capabilities.attestation\` is true; ${command('object.write')} and ${command('object.read')} of the CHUID, with a GUID of the CMS's choice; ${command('credentials.prepare')}, unless an escrow is to be resumed`,
          `It verifies \`cardResponse\` (${linkTo('Management key')}) and the proof (${linkTo('Message of a key proof', 'key proof')}), and compares the CHUID that was read with the one that was written. It checks the escrow and stores it: ${linkTo('Escrow')}.`,
        ],
        [
          '3',
          `${command('credentials.restore')}, if the escrow is of an earlier session; ${command('credentials.apply')}; for each key that has no certificate yet ${command('key.generate')}, ${command('key.attest')}, ${command('csr.create')}; ${command('managementKey.getChallenge')}, if the management key is new and the CMS does not read \`managementKeyProof\``,
          'It notes that the escrow was applied, and verifies `managementKeyProof`. It checks the attestation and the request of each key, has the key certified, and stores the certificate.',
        ],
        [
          '4',
          `${command('managementKey.authenticate')} with the new key, where step 3 ended with \`managementKey.getChallenge\`; ${command('certificate.write')} for each certificate; ${command('object.write')} of the CCC; ${command('certificate.read')} and ${command('object.read')} of them all`,
          'It compares what was read with what was written, byte by byte. The device is now `pending`.',
        ],
        [
          '5',
          `${command('pin.change')} with \`pin: { "source": "session" }\` and \`newPin: { "source": "user" }\``,
          'The device is `active`, or `awaiting-approval` if no vendor attests its keys.',
        ],
      ],
    ),
    bullets(
      '*In one step.* The commands that need the management key are `credentials.apply`, `key.generate`, `key.prove` where it makes the key, `certificate.write`, `certificate.delete` and `object.write`. They come in the same step as its authentication, or later while the device stays open. A CMS may send more and smaller steps; it must not change the order.',
      '*The management key is new* in the session whose `credentials.prepare` made it. From `credentials.apply` of that session alone the CMS takes `managementKeyProof`: the first block of the digest of the escrow, encrypted with the key in that escrow. A wrong one ends the operation as failed. Where it is missing, because the host is older or the card has answered this challenge before, a step of `managementKey.getChallenge` comes before step 4. After `credentials.restore` it is not: the card proved it in step 2, `managementKeyChanged` is false, and step 3 ends without `managementKey.getChallenge`.',
      '*A step 3 that stopped half way.* The results before the error count. The CMS certifies each key whose request came, and the next step 3 makes the other keys alone. Where it stopped at a 9D key that cannot sign, a step of `managementKey.getChallenge` alone may have to come before step 4.',
      '*9E.* Its key is there from `key.prove` and was attested with it. Its signature of that session stands for a request, so it needs no `csr.create`. It is certified once the escrow is applied.',
      '*9C.* A card wants the PIN immediately before each signature with this key. `credentials.apply` ends with the verification of the initial PIN, so the reference CMS has the key made before it, and `csr.create` of 9C follows it.',
      '*A card that cannot attest* gets no `key.prove`. The CMS decides by its own policy whether it issues such a card, and who has to approve it.',
      '*A card that cannot change its management key* (`capabilities.changeManagementKey` is false) gets `managementKey: null` in `credentials.prepare`, and steps 3 and 4 have no authentication with a new key.',
      '*CHUID and CCC* are data objects of SP 800-73-4 Part 1, appendix A. A card without a serial number is recognised by the GUID of its CHUID, so write the CHUID before any credential. The host writes what it is given. Of a CHUID it reads tag 34 alone: the GUID, 16 bytes that are not all zero.',
    ),
    'CHUID and CCC of the reference CMS, in hex, for the GUID `6f9b1c3e-2a4d-4c5b-8e7f-0a1b2c3d4e5f` and a card that is good until 2030-12-31:',
    OBJECTS,
    bullets(
      '*CHUID.* 30: the FASC-N, here that of every issuer outside the US government. 34: the GUID. 35: the last day, in ASCII. 3E, the signature, and FE are empty.',
      '*CCC.* F0: `A000000116FF02` and the first 14 bytes of the GUID. The rest is the same on every card.',
    ),
    '### States during an issuance',
    STATES,
    `When an operation ends, its changes stay on the card. A device that \`failed\`, or whose operation was cancelled, keeps its row and its escrows. The states are the CMS's own, and \`deviceState\` tells the page: ${linkTo('deviceState and the wizard')}.`,
    '### Resuming',
    'A resumed operation begins with step 1 again, in a new session, and skips only what the CMS knows to be done. Each time it must answer three questions.',
    "**Which operation is it?** That of the device's row. Before there is a row, that of the GUID which the CMS gave the card, else that of the same model and serial number. " +
      'A card that was pulled before it had a serial number or a GUID to show is not found again: its user starts another one, and the CMS may drop what it began. No escrow of it is stored, so nothing of it is on the card but perhaps a key in 9E.',
    '**Which management key has the card?** The card proves it in step 2. The candidates are the keys of the escrows that are stored for this device, the newest first, and then the factory key of its model. The factory key comes first where `managementKey.isDefault` is true. ' +
      'In `managementKey.getChallenge` the CMS names the algorithm of the first candidate. A card that tells its algorithm answers with its own: candidates of another one before it are skipped. Any other card answers with the algorithm that was named. ' +
      '`nextAlgorithm` of `managementKey.authenticate` is that of the candidate after the one that is tried, or null. ' +
      `At most ${MAX_MANAGEMENT_KEY_REFUSALS} are tried in a session, because some cards block after a few wrong ones.`,
    table(
      ['what the card proved', 'what that means', 'what follows in steps 2 and 3'],
      [
        [
          'the factory key',
          'Nothing of any escrow is on the card, because the management key is written first. Keys that were certified are gone.',
          'The escrows are dropped, the certificates revoked, and new credentials prepared.',
        ],
        [
          'the key of an escrow',
          'That escrow is on the card, wholly or in part. No newer one was ever applied.',
          '`credentials.restore`, then `credentials.apply` of this escrow, even if it was applied before: that costs no try, and the card has its initial PIN again.',
        ],
        [
          'the factory key of a card that cannot change it',
          'It says nothing about escrows.',
          'The stored escrow is restored and applied; without one, credentials are prepared.',
        ],
      ],
    ),
    '**Which PUK has the card?** The CMS sends it as `puk` in `credentials.apply`. It is the factory PUK of the model or the one of the escrow, and no other.',
    table(
      ['what is known', 'the PUK to send'],
      [
        ['`puk.isDefault` of the device is true', "the factory's"],
        ['`puk.isDefault` is false', "the escrow's"],
        ['`credentials.apply` of this escrow brought a result', "the escrow's"],
        ['none of that, and no `credentials.apply` of this escrow was sent', "the factory's"],
        [
          'none of that, and one was sent and not answered',
          "the factory's once more, then the escrow's, the factory's, the escrow's, …",
        ],
        ['one was refused, and one before it was not answered', 'the other one, from then on'],
        ['one was refused, and none before it was not answered', 'none: the factory PUK of the CMS is wrong'],
        ['both were refused', 'none'],
      ],
    ),
    bullets(
      'An answer is a result or `PUK_INCORRECT`. `credentials.apply` that ended with any other error counts as not answered, because the card may have taken the PUK before.',
      'The CMS stores which PUK it sends before it sends it. One that was refused is not sent again.',
      `A PUK that was sent and not answered may have been taken, or may have cost a try. With fewer than ${MIN_TRIES} tries left none is sent.`,
      'The order sends each time the PUK whose refusal would leave the most tries. So of three tries two are left at least, even if any two answers are lost.',
    ),
    "**The values of the factory** (PUK, management key and its algorithm, for each model and firmware) are settings of the CMS. It never guesses them. Those of the simulator's cards are in [test-without-cards.md](test-without-cards.md#the-factorys-values). The factory PIN is not needed: `credentials.apply` sets the PIN with RESET RETRY COUNTER, which takes the PUK.",
    '### What it must never do',
    numbered(
      '**Restore, never prepare, while an escrow may be on the card.** Otherwise the card may have one of three PUKs, and finding out which may cost two tries.',
      '**Never order `credentials.apply` before the escrow is stored for good**, with its context. A transaction that is not committed does not count.',
      '**Never drop an escrow** because an operation failed, was cancelled or timed out. Only the card can say that another key is on it.',
      '**Never send a PUK or PIN before the card has proved its management key** and, where it can attest, who it is. The facts in `device` are claims of the page.',
      '**Never treat a certificate as valid if its key may be gone.** Revoke the certificates of a slot when you order a key for it, and that of 9E when `key.prove` was ordered and its result did not arrive. So mark the device when `key.prove` goes out: an error of it, or the mark at the next start, says so. While that certificate is on hold, a CMS may wait instead for the next proof, as the reference CMS does: it shows whether 9E has another key.',
      '**Never call a device active** before its certificates have been read back, and the user has chosen a PIN or an operator has activated it with its initial PIN.',
      "**Never overwrite a card that is in use**: one with certificates or changed credentials. It is erased first, or refused. The only exception is this user's own half-issued device.",
      '**Never end an operation for an interruption.** The answer is `running`, without a step and with the error: [Interrupt, fail or continue](#interrupt-fail-or-continue) says for which errors.',
      '**Never log** a secret, an escrow, a witness, a challenge or the answer to one.',
    ),
    '### A card that is erased first',
    `Where the verdict of \`devices/eligibility\` is \`erase\`, the user starts the same kind of operation, and its first step is ${command('device.reset')} and ${command('managementKey.getChallenge')}. The host asks the user before it erases anything. From the result on, \`card\` and \`device\` of later steps are those of the erased device, which has its factory values again. Only a card with \`capabilities.reset\` can be erased in this way.`,
    '### Interrupt, fail or continue',
    ...consequences,
    '### The kinds of the wizards',
    `\`kind\` of \`devices/eligibility\` and \`operations\` is what the element sends. A CMS answers ${errorLink('INVALID_PARAMS')} to a kind that it does not have. The attribute \`kind\` of an element replaces it: [elements.md](elements.md).`,
    table(
      ['kind', 'element', 'what its user wants'],
      [
        ['`issue`', '`cardwright-add-device`', 'a device of their own, or to continue with one'],
        ['`change-pin`', '`cardwright-change-pin`', 'another PIN, by the one that they have'],
        ['`unlock`', '`cardwright-unlock`', 'a new PIN, because the old one is blocked or forgotten'],
        ['`erase`', '`cardwright-erase`', 'to give the device back'],
        ['any other', '`cardwright-operation`', 'what the CMS says'],
      ],
    ),
    '### deviceState and the wizard',
    '`deviceState` of an answer is chosen by the CMS. The wizard understands these values:',
    table(
      ['value', 'what the wizard concludes'],
      [
        [
          'null',
          'The CMS has no row for the device, and has changed nothing on the card. The wizard closes without a question.',
        ],
        [
          '`producing`',
          'The device is of no use until the operation has ended: the wizard asks before it stops. After an error it says that what was done is kept.',
        ],
        [
          '`pending`',
          'The same. While the phase is `pin`, a closed window is no error: the wizard says that only the PIN is missing. It offers to set it now if the verdict of eligibility is `continue`.',
        ],
        [
          '`awaiting-approval`',
          'With `done`: an operator has to approve the device first. No event says that it is issued.',
        ],
        ['`active`', 'The device is as good as before.'],
        [
          'any other',
          'The device is half done, as with `producing`. After an error the wizard does not promise that anything is kept.',
        ],
      ],
    ),
    'So a CMS answers `producing` from the answer that carries step 3 on (`credentials.apply`), and with `failed` the state that the device then has: `failed`, not `producing`.',
  ],
};
