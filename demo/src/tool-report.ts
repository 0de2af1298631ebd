import { IndependentTools, type Answer } from '@cardwright/stage';

/** Prints what independent programs report on a card. */
export async function reportIndependentTools(env: NodeJS.ProcessEnv, reader: string): Promise<void> {
  const tools = new IndependentTools(env, reader);
  print('opensc-tool --name', await tools.openscName());
  print('pkcs11-tool --list-objects --type cert', await tools.openscObjects());
  print('ykman piv info', await tools.ykmanInfo());
  print('yubico-piv-tool -a status', await tools.yubicoStatus());
}

function print(command: string, { succeeded, text }: Answer): void {
  console.log(`\n--- ${command}${succeeded ? '' : ' (refused: this tool wants a YubiKey)'} ---`);
  console.log(text.trim());
}
