import koffi, { type TypeObject } from 'koffi';

/**
 * How the PC/SC library of a system is called. The functions are the same everywhere; the sizes are not:
 *
 * | | Windows (winscard.h) | macOS (PCSC.framework) | Linux (pcsclite.h) |
 * |---|---|---|---|
 * | `DWORD`, `LONG` | 32 bits | 32 bits | as `long` |
 * | `SCARDCONTEXT`, `SCARDHANDLE` | as a pointer | 32 bits | as `long` |
 * | `rgbAtr` of `SCARD_READERSTATE` | 36 bytes | 33 bytes, packed | 33 bytes |
 * | text | UTF-16 | UTF-8 | UTF-8 |
 */
export interface PcscAbi {
  /** The path of the library for the loader, so that no other library of this name is found first. */
  readonly library: string;
  readonly DWORD: 'uint32' | 'ulong';
  readonly LONG: 'int32' | 'long';
  readonly HANDLE: 'uintptr' | 'int32' | 'long';
  /**
   * For functions that end in `A`, Windows converts the names of readers to the machine's code page, and loses characters that it lacks.
   * Functions that end in `W` return them unchanged.
   */
  readonly suffix: 'W' | '';
  readonly text: 'str16' | 'str';
  readonly encoding: 'utf16le' | 'utf8';
  readonly atrLength: 33 | 36;
  readonly isPacked: boolean;
  /**
   * Milliseconds after which an idle transaction is ended, with a reset of the card (SCardBeginTransaction, "Remarks"); null where it
   * lasts.
   */
  readonly transactionTime: number | null;
}

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
};

const MACOS: PcscAbi = {
  ...LINUX,
  library: '/System/Library/Frameworks/PCSC.framework/PCSC',
  DWORD: 'uint32',
  LONG: 'int32',
  HANDLE: 'int32',
  isPacked: true,
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
};

/** How to call PC/SC on a system, by Node's name of it. All but Windows and macOS have pcsc-lite, as Linux does. */
export function abiOf(platform: NodeJS.Platform): PcscAbi {
  if (platform === 'win32') return WINDOWS;
  return platform === 'darwin' ? MACOS : LINUX;
}

/** `SCARD_READERSTATE`, passed to the library and back. */
export interface ReaderState {
  readonly szReader: string;
  readonly pvUserData: null;
  readonly dwCurrentState: number;
  readonly dwEventState: number;
  readonly cbAtr: number;
  readonly rgbAtr: Uint8Array;
}

/** `SCARD_READERSTATE`. */
export const readerStateType = ({ isPacked, text, DWORD, atrLength }: PcscAbi): TypeObject =>
  (isPacked ? koffi.pack : koffi.struct)({
    szReader: text,
    pvUserData: 'void *',
    dwCurrentState: DWORD,
    dwEventState: DWORD,
    cbAtr: DWORD,
    rgbAtr: koffi.array('uint8', atrLength, 'Typed'),
  });

/** `SCARD_IO_REQUEST`: the protocol of an APDU. */
export const ioRequestType = ({ DWORD }: PcscAbi): TypeObject =>
  koffi.struct({ dwProtocol: DWORD, cbPciLength: DWORD });
