/** The archive breaks the format. Callers turn it into snapshots.invalid-archive. */
export class TarFormatError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'TarFormatError';
  }
}
