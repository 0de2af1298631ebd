/** What this host needs of the library for USB HID devices: a part of node-hid's own interface. */
export interface HidBinding {
  /** All HID devices of the computer. */
  devicesAsync(): Promise<readonly HidDeviceRecord[]>;
  readonly HIDAsync: {
    open(path: string): Promise<HidHandle>;
  };
}

export interface HidDeviceRecord {
  readonly path?: string | undefined;
  readonly manufacturer?: string | undefined;
  readonly product?: string | undefined;
  readonly serialNumber?: string | undefined;
  readonly vendorId: number;
  readonly productId: number;
  readonly usagePage?: number | undefined;
  readonly usage?: number | undefined;
}

export interface HidHandle {
  /** Undefined, or nothing, when no report came in that many milliseconds. */
  read(milliseconds?: number): Promise<Uint8Array | undefined>;
  /** A report with its number in front. */
  write(report: number[]): Promise<number>;
  close(): Promise<void>;
}
