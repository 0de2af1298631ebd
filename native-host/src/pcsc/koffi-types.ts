import koffi, { type TypeObject } from 'koffi';

/**
 * Binary interface of an operating system's PC/SC library. The functions are the same on every system, but sizes and texts differ:
 *
 * | | Windows (winscard.h) | macOS (PCSC.framework) | Linux (pcsclite.h) |
 * |---|---|---|---|
 * | `DWORD`, `LONG` | 32 bits | 32 bits | as `long` |
 * | `SCARDCONTEXT`, `SCARDHANDLE` | as a pointer | 32 bits | as `long` |
 * | `rgbAtr` of `SCARD_READERSTATE` | 36 bytes | 33 bytes, packed | 33 bytes |
 * | text | UTF-16 | UTF-8 | UTF-8 |
 * | `SCARD_CTL_CODE(n)` | `0x310000 + n * 4` | `0x42000000 + n` | `0x42000000 + n` |
 */
export interface PcscAbi {
  /** Library to load: an absolute path, so that the loader cannot find another library of the same name first. On Linux, the name alone. */
  readonly library: string;
  readonly DWORD: 'uint32' | 'ulong';
  readonly LONG: 'int32' | 'long';
  readonly HANDLE: 'uintptr' | 'int32' | 'long';
  /**
   * Suffix of the functions that take or return text. On Windows, the functions that end in `W` use UTF-16. The functions that end in `A` are
   * not used: they convert reader names to the computer's code page, which loses characters.
   */
  readonly suffix: 'W' | '';
  readonly text: 'str16' | 'str';
  readonly encoding: 'utf16le' | 'utf8';
  readonly atrLength: 33 | 36;
  readonly isPacked: boolean;
  /**
   * Milliseconds after which the system ends an idle transaction and resets the card (SCardBeginTransaction, "Remarks"); null if it never
   * does.
   */
  readonly transactionTime: number | null;
  /** Name of `SCardControl` with a control code. On macOS, the name without a number is an older function with other parameters. */
  readonly control: 'SCardControl' | 'SCardControl132';
  /** `SCARD_CTL_CODE(3400)`: the question for a reader's features (reader.h, winsmcrd.h). */
  readonly featureRequest: number;
}

/** Number of the question for a reader's features (PC/SC part 10, 2.2). */
const GET_FEATURE_REQUEST = 3400;

const LINUX: PcscAbi = {
  library: 'libpcsclite.so.1',
  DWORD: 'ulong',
  LONG: 'long',
  HANDLE: 'long',
  suffix: '',
  text: 'str',
  encoding: 'utf8',
  atrLength: 33,
  isPacked: false,
  transactionTime: null,
  control: 'SCardControl',
  featureRequest: 0x42000000 + GET_FEATURE_REQUEST,
};

const MACOS: PcscAbi = {
  ...LINUX,
  library: '/System/Library/Frameworks/PCSC.framework/PCSC',
  DWORD: 'uint32',
  LONG: 'int32',
  HANDLE: 'int32',
  isPacked: true,
  control: 'SCardControl132',
};

const WINDOWS: PcscAbi = {
  library: `${process.env.SystemRoot ?? String.raw`C:\Windows`}\\System32\\winscard.dll`,
  DWORD: 'uint32',
  LONG: 'int32',
  HANDLE: 'uintptr',
  suffix: 'W',
  text: 'str16',
  encoding: 'utf16le',
  atrLength: 36,
  isPacked: false,
  transactionTime: 5_000,
  control: 'SCardControl',
  featureRequest: 0x310000 + GET_FEATURE_REQUEST * 4,
};

/** Returns the binary interface of PC/SC on a platform. All platforms other than Windows and macOS are assumed to have pcsc-lite, like Linux. */
export function abiOf(platform: NodeJS.Platform): PcscAbi {
  if (platform === 'win32') return WINDOWS;
  return platform === 'darwin' ? MACOS : LINUX;
}

/** A `SCARD_READERSTATE` as JavaScript passes it to the library, and gets it back. */
export interface ReaderState {
  readonly szReader: string;
  readonly pvUserData: null;
  readonly dwCurrentState: number;
  readonly dwEventState: number;
  readonly cbAtr: number;
  readonly rgbAtr: Uint8Array;
}

/** Returns the koffi type of `SCARD_READERSTATE`. */
export const readerStateType = ({ isPacked, text, DWORD, atrLength }: PcscAbi): TypeObject =>
  (isPacked ? koffi.pack : koffi.struct)({
    szReader: text,
    pvUserData: 'void *',
    dwCurrentState: DWORD,
    dwEventState: DWORD,
    cbAtr: DWORD,
    rgbAtr: koffi.array('uint8', atrLength, 'Typed'),
  });

/** Returns the koffi type of `SCARD_IO_REQUEST`, which names the protocol of an APDU. */
export const ioRequestType = ({ DWORD }: PcscAbi): TypeObject =>
  koffi.struct({ dwProtocol: DWORD, cbPciLength: DWORD });
