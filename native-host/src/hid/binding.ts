/** The part of node-hid's interface that this host needs. */
export interface HidBinding {
  /** Lists all HID devices of the computer. */
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
  /** Reads the next report. Resolves with undefined if no report came within `milliseconds`. Rejects if the device is gone. */
  read(milliseconds?: number): Promise<Uint8Array | undefined>;
  /** Writes a report, whose first byte is the number of the report. Resolves with the number of written bytes. */
  write(report: number[]): Promise<number>;
  close(): Promise<void>;
}
