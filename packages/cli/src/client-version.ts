/** The release, shown by `berth --version`. */
export const clientVersion = '0.1.0';
