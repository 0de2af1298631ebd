/** A library of the system that the host's Node.js or one of its addons loads. */
export interface Library {
  /** Name by which the dynamic loader finds the library. */
  readonly soname: string;
  /** Name in the dependencies of a Debian package. */
  readonly deb: string;
  /** Name in the requirements of an RPM, the same on Fedora, RHEL and openSUSE. */
  readonly rpm: string;
}

/**
 * The libraries that the host needs. The entries of glibc and libstdc++ name the oldest version on which Node.js runs. A test compares this list with
 * the shipped files.
 */
export const LIBRARIES: readonly Library[] = [
  { soname: 'libatomic.so.1', deb: 'libatomic1', rpm: 'libatomic.so.1()(64bit)' },
  { soname: 'libc.so.6', deb: 'libc6 (>= 2.28)', rpm: 'libc.so.6(GLIBC_2.28)(64bit)' },
  { soname: 'libgcc_s.so.1', deb: 'libgcc-s1', rpm: 'libgcc_s.so.1()(64bit)' },
  { soname: 'libpcsclite.so.1', deb: 'libpcsclite1', rpm: 'libpcsclite.so.1()(64bit)' },
  { soname: 'libstdc++.so.6', deb: 'libstdc++6 (>= 7)', rpm: 'libstdc++.so.6(CXXABI_1.3.11)(64bit)' },
  { soname: 'libudev.so.1', deb: 'libudev1', rpm: 'libudev.so.1()(64bit)' },
  { soname: 'libusb-1.0.so.0', deb: 'libusb-1.0-0', rpm: 'libusb-1.0.so.0()(64bit)' },
];
