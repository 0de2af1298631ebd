import { Iphone, MobileDialog, type PortalUser } from '@cardwright/stage';

/** Pause between two requests of the simulated phone, as a share of the pause of a real phone. */
const DELAY_FACTOR = 0.1;

/** Plays how a user adds a simulated iPhone, and prints each step. */
export async function playMobile(alice: PortalUser, devicesBefore: number): Promise<void> {
  const dialog = new MobileDialog(alice);
  const phone = await Iphone.make({ delayFactor: DELAY_FACTOR });
  await dialog.open();
  const link = await dialog.link();
  console.log('She presses Add Mobile: a QR code is shown, with its link.');
  await phone.openLink(link);
  await phone.downloadProfile();
  await dialog.pane('install');
  console.log('A simulated iPhone opens the link and downloads the profile: the dialog continues by itself.');
  const installation = phone.beginInstallation();
  await installation.identify();
  const { model, serial } = await dialog.shownPhone();
  console.log(`It says, signed at its factory, what it is. She is asked whether it is hers: ${model}, ${serial}.`);
  const installed = phone.finish(installation);
  await dialog.confirm();
  const { identities } = await installed;
  await dialog.pane('sent');
  await phone.finishSetup();
  console.log(
    'On its Home Screen she opens the icon that the profile brought, and presses the button: everything is installed.',
  );
  await dialog.finish();
  const added = (await alice.devices(devicesBefore + 1)).find(({ name }) => name === model);
  const count = `${identities.size} ${identities.size === 1 ? 'certificate' : 'certificates'}`;
  console.log(`The iPhone made its keys and got ${count}: My Devices shows it as ${added?.state ?? ''}.`);
}
